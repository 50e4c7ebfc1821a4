"""Rewrite the code of a page and of the package, so that numbers pass through the recorder before they lose digits."""

import ast
import importlib.machinery

NAME = "__drift__"  # of the recorder, among the built-ins
AFTER_MATPLOTLIB = "nnopt_course.figures"  # rounds what Matplotlib wrote, which is recorded before that


class Rewriter(ast.NodeTransformer):
    """Lets numbers pass through the recorder."""

    def __init__(self, place: str = "") -> None:
        self.place = place  # a module's name, of which a page's cell has none

    def _recorder(self, what: str, node: ast.expr, *arguments: ast.expr) -> ast.Call:
        line = f"{self.place}:{node.lineno} " if self.place else ""
        function = ast.Attribute(ast.Name(NAME, ast.Load()), what, ast.Load())
        return ast.Call(function, [ast.Constant(line + self.words), *arguments], [])

    def visit(self, node: ast.AST) -> ast.AST:
        if not isinstance(node, ast.FormattedValue | ast.Attribute | ast.Name | ast.Compare):
            return self.generic_visit(node)
        words = ast.unparse(ast.JoinedStr([node]) if isinstance(node, ast.FormattedValue) else node)
        new = self.generic_visit(node)
        self.words = words
        return ast.fix_missing_locations(ast.copy_location(getattr(self, type(node).__name__)(new), node))

    def FormattedValue(self, node: ast.FormattedValue) -> ast.expr:
        conversion = "" if node.conversion == -1 else chr(node.conversion)
        spec = node.format_spec or ast.Constant("")
        return ast.FormattedValue(self._recorder("formatted", node, node.value, spec, ast.Constant(conversion)), -1)

    def Attribute(self, node: ast.Attribute) -> ast.expr:
        if isinstance(node.ctx, ast.Load) and node.attr in ("format", "round", "argmin", "argmax"):
            return self._recorder("attribute", node, node.value, ast.Constant(node.attr))
        return node

    def Name(self, node: ast.Name) -> ast.expr:
        if isinstance(node.ctx, ast.Load) and node.id in ("print", "round", "format"):
            return self._recorder("function", node, node)
        return node

    def Compare(self, node: ast.Compare) -> ast.expr:
        names = {ast.Lt: "lt", ast.LtE: "le", ast.Gt: "gt", ast.GtE: "ge", ast.Eq: "eq", ast.NotEq: "ne"}
        if len(node.ops) == 1 and (name := names.get(type(node.ops[0]))):
            return self._recorder("compared", node, node.left, ast.Constant(name), node.comparators[0])
        return node


class Loader(importlib.machinery.SourceFileLoader):
    """Compiles a module of the package rewritten, and stores nothing beside it."""

    def get_code(self, fullname: str):
        path = self.get_filename(fullname)
        return compile(Rewriter(fullname).visit(ast.parse(self.get_data(path))), path, "exec")


class Finder:
    """Finds the package's modules as ever and has them loaded rewritten."""

    @staticmethod
    def find_spec(name, path=None, target=None):
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        if spec and name.split(".")[0] == "nnopt_course" and name != AFTER_MATPLOTLIB:
            spec.loader = Loader(name, spec.origin)
            return spec
        return None
