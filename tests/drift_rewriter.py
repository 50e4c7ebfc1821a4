"""Rewrite the code of a page and of the package, so that numbers pass through the recorder before they lose digits."""

import ast
import importlib.machinery

RECORDER = "__drift__"  # its name among the built-ins
COMPARISONS = {ast.Lt: "lt", ast.LtE: "le", ast.Gt: "gt", ast.GtE: "ge", ast.Eq: "eq", ast.NotEq: "ne"}
AFTER_MATPLOTLIB = "nnopt_course.figures"  # rounds what Matplotlib wrote, which is recorded before that


class Rewriter(ast.NodeTransformer):
    """Replaces what formats, prints, rounds or compares by a call of the recorder, which is told the original code.

    A chain of comparisons stays as it is: the pages have none.

    Args:
      module: the name of the module that is rewritten, empty for a page's cell.
    """

    def __init__(self, module: str = "") -> None:
        self.module = module

    def visit_FormattedValue(self, node: ast.FormattedValue) -> ast.expr:
        text = self._text(node, ast.JoinedStr([node]))
        self.generic_visit(node)
        conversion = ast.Constant("" if node.conversion == -1 else chr(node.conversion))
        spec = node.format_spec or ast.Constant("")
        node.value = _call("formatted", node, text, node.value, spec, conversion)
        node.format_spec, node.conversion = None, -1
        return node

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        text = self._text(node, node)
        self.generic_visit(node)
        if node.attr in ("format", "round", "argmin", "argmax") and isinstance(node.ctx, ast.Load):
            return _call("attribute", node, text, node.value, ast.Constant(node.attr))
        return node

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if node.id in ("print", "round") and isinstance(node.ctx, ast.Load):
            return _call("function", node, self._text(node, node), node)
        return node

    def visit_Compare(self, node: ast.Compare) -> ast.expr:
        text = self._text(node, node)
        self.generic_visit(node)
        comparison = COMPARISONS.get(type(node.ops[0]))
        if comparison and len(node.ops) == 1:
            return _call("compared", node, text, node.left, ast.Constant(comparison), node.comparators[0])
        return node

    def _text(self, node: ast.expr, whole: ast.expr) -> ast.expr:
        text = ast.unparse(whole)
        return ast.Constant(f"{self.module}:{node.lineno} {text}" if self.module else text)


def _call(method: str, node: ast.expr, *arguments: ast.expr) -> ast.expr:
    """Return a call of the recorder's method, in the place of ``node``."""
    function = ast.Attribute(ast.Name(RECORDER, ast.Load()), method, ast.Load())
    return ast.fix_missing_locations(ast.copy_location(ast.Call(function, list(arguments), []), node))


class Loader(importlib.machinery.SourceFileLoader):
    """Compiles a module of the package rewritten, without the stored bytecode and without storing any."""

    def get_code(self, fullname):
        path = self.get_filename(fullname)
        return compile(Rewriter(fullname).visit(ast.parse(self.get_data(path))), path, "exec")


class Finder(importlib.machinery.PathFinder):
    """Finds modules as ever, and has those of the package loaded rewritten."""

    @classmethod
    def find_spec(cls, name, path=None, target=None):
        if name.split(".")[0] != "nnopt_course" or name == AFTER_MATPLOTLIB:
            return None
        spec = super().find_spec(name, path, target)
        if spec:
            spec.loader = Loader(name, spec.origin)
        return spec
