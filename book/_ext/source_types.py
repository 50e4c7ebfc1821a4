"""Types in signatures read as in the source: ``TensorLike``, not the page-long union behind it.

autodoc evaluates annotations. Here the source's own words take their place, and a class of the package leads to its
entry, also where the package shows it under a shorter name than that of the module that defines it. viewcode
lists the sources of all that is shown; a constant's is where it is defined, not where its type is, such as "builtins".
"""

import ast
import inspect
import sys
import textwrap
from typing import Any

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.inspect import signature_from_str, stringify_signature
from sphinx.util.nodes import make_refnode

PACKAGE = "nnopt_course"


class FullNames(ast.NodeTransformer):
    """Classes of other parts get their module in front; those of the part itself are found without."""

    def __init__(self, module: str) -> None:
        """Look names up in ``module``."""
        self.module = sys.modules[module]

    def visit_Name(self, node: ast.Name) -> ast.Name:
        """Lengthen a name that the part does not show itself."""
        value = getattr(self.module, node.id, None)
        part = sys.modules[".".join(self.module.__name__.split(".")[:2])]
        home = getattr(value, "__module__", "")
        shown = getattr(part, node.id, None) is value or not home.startswith(PACKAGE)
        return node if shown else ast.Name(f"{home}.{node.id}")

    def visit_Attribute(self, node: ast.Attribute) -> ast.Attribute:
        """Leave ``tf.Tensor`` as it is."""
        return node

    def visit_Constant(self, node: ast.Constant) -> ast.expr:
        """Take the quotes off a class that names itself."""
        return self.visit(ast.Name(node.value)) if isinstance(node.value, str) else node


def annotations(thing: Any) -> dict[str, str]:
    """Return the types of a function's arguments and result, or of a class's fields and arguments, as written."""
    found = {}
    for part in reversed(inspect.getmro(thing)) if inspect.isclass(thing) else [thing]:
        if not part.__module__.startswith(PACKAGE):
            continue
        names = FullNames(part.__module__)
        (definition,) = ast.parse(textwrap.dedent(inspect.getsource(part))).body
        for node in definition.body if isinstance(definition, ast.ClassDef) else [definition]:
            if isinstance(node, ast.AnnAssign):
                found[node.target.id] = names.visit(node.annotation)
            elif node is definition or getattr(node, "name", "") == "__init__":
                arguments = [inner for inner in ast.walk(node.args) if isinstance(inner, ast.arg) and inner.annotation]
                found |= {argument.arg: names.visit(argument.annotation) for argument in arguments}
                found["return"] = names.visit(node.returns) if node.returns else None
    return {name: ast.unparse(annotation) for name, annotation in found.items() if annotation}


def as_written(
    app: Sphinx, kind: str, name: str, thing: Any, options: Any, signature: str | None, returns: str | None
) -> tuple[str, str | None] | None:
    """Put the types as written into a signature; a Protocol is not called, so it has none."""
    if not signature:
        return None
    if getattr(thing, "_is_protocol", False):
        return "", None
    types = annotations(thing)
    parsed = signature_from_str(signature)
    parameters = [p.replace(annotation=types.get(p.name, p.annotation)) for p in parsed.parameters.values()]
    text = stringify_signature(parsed.replace(parameters=parameters))
    return text, None if inspect.isclass(thing) else types.get("return")


def search_exactly(app: Sphinx, document: nodes.document) -> None:
    """Let a type in a signature mean one name: Sphinx would take any class of the same last name in the package."""
    for node in document.findall(pending_xref):
        if node["refdomain"] == "py" and "refexplicit" not in node:
            node.attributes.pop("refspecific", None)


def link(app: Sphinx, env: BuildEnvironment, node: pending_xref, contents: nodes.TextElement) -> nodes.Node | None:
    """Lead a type in a signature to its entry, if it has one; other types stay words. Prose is left to Sphinx."""
    if node["refdomain"] != "py" or "refexplicit" in node:
        return None
    entries = env.get_domain("py").objects
    target = node["reftarget"]
    module, _, last = target.rpartition(".")
    module = module or node.get("py:module") or ""
    while module.startswith(PACKAGE):
        if entry := entries.get(f"{module}.{last}"):
            return make_refnode(app.builder, node["refdoc"], entry.docname, entry.node_id, contents, last)
        module = module.rpartition(".")[0]
    return nodes.Text(last if target.startswith(PACKAGE) else target.replace("numpy.", "np."))


def source_module(app: Sphinx, module: str, name: str) -> str:
    """Return the module of the package in which a name is defined; of a constant, the one that documents it."""
    value, home = sys.modules[module], module
    for part in name.split("."):
        value = getattr(value, part, None)
        defined = getattr(value, "__module__", None) or ""
        home = defined if defined.startswith(PACKAGE) else home
    return home


def setup(app: Sphinx) -> dict[str, bool]:
    """Join autodoc as it writes signatures, Sphinx as it looks for targets, and viewcode as it looks for sources."""
    app.connect("autodoc-process-signature", as_written)
    app.connect("doctree-read", search_exactly)
    app.connect("missing-reference", link)
    app.connect("viewcode-follow-imported", source_module)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
