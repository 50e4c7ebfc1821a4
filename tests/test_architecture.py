"""The shape of the package: imports only downward, modules of a few screens, docstrings that say what is needed.

Everything is found by parsing, so that a new module is covered without an edit here.
"""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "nnopt_course"
FILES = sorted(PACKAGE.rglob("*.py"))
TREES = {path: ast.parse(path.read_text("utf-8")) for path in FILES}

# From the bottom to the top. A part may import another part only where PART_IMPORTS says so.
LAYERS = ["shared", "part", "above parts", "checking"]
PART_IMPORTS = {("training", "optimizers")}  # its default and its Protocol


def name(path):
    """Return ``losses`` or ``checking.core``; the package itself is the empty string."""
    return ".".join(path.relative_to(PACKAGE).with_suffix("").parts).removesuffix("__init__").rstrip(".")


NAMES = {name(path): path for path in FILES}
every_file = pytest.mark.parametrize("path", FILES, ids=lambda path: name(path) or "__init__")


def layer(module):
    """Return the layer of a module; the package's ``__init__`` is below all."""
    top = module.split(".")[0]
    if top == "checking":
        return "checking"
    if top in ("keras_adapters", "template"):
        return "above parts"
    return "shared" if top.startswith("_") or not top else "part"


def absolute_imports(path):
    """Return the dotted names that a file imports, relative ones resolved, those inside functions included."""
    found = set()
    package = ["nnopt_course", *path.relative_to(PACKAGE).parts[:-1]]
    for node in ast.walk(TREES[path]):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            source = ".".join([*base, *([node.module] if node.module else [])])
            found |= {f"{source}.{alias.name}" for alias in node.names}
    return found


def package_imports(path):
    """Return the modules of the package that a file imports."""
    inside = {
        n.removeprefix("nnopt_course").lstrip(".") for n in absolute_imports(path) if n.split(".")[0] == PACKAGE.name
    }
    return {n if n in NAMES else n.rpartition(".")[0] for n in inside}


def test_the_parser_sees_the_imports_that_are_there():
    assert {"_tensorflow", "optimizers", "training._legs"} <= package_imports(NAMES["training.run"])
    assert {"_checks", "_tensor_checks", "_tensorflow"} <= package_imports(NAMES["losses"])
    assert {"functools", "os"} <= absolute_imports(NAMES["training._program"])


@every_file
def test_imports_go_only_downward(path):
    importer = name(path)
    for imported in package_imports(path):
        ranks = LAYERS.index(layer(importer)), LAYERS.index(layer(imported))
        houses = importer.split(".")[0], imported.split(".")[0]
        same_house = houses[0] == houses[1]
        both_shared = ranks == (0, 0)
        allowed = ranks[0] > ranks[1] or same_house or both_shared or houses in PART_IMPORTS
        assert allowed, f"{importer} ({layer(importer)}) must not import {imported} ({layer(imported)})"


@every_file
def test_the_package_never_imports_what_uses_it(path):
    tops = {imported.split(".")[0] for imported in absolute_imports(path)}
    assert tops.isdisjoint({"book", "exercises", "tests", "conftest", "benchmarks"})


@every_file
def test_a_module_stays_short_and_says_what_it_is_for(path):
    is_catalogue = "exercises" in path.parts  # one mistake after the other, to look up and not to read through
    assert len(path.read_text("utf-8").splitlines()) < (350 if is_catalogue else 250)
    assert ast.get_docstring(TREES[path])


LOADED = """
import importlib, json, sys
importlib.import_module(sys.argv[1])
print(json.dumps(sorted({"tensorflow", "keras", "numpy", "matplotlib", "IPython"} & set(sys.modules))))
"""
LIGHT = {  # module -> what it may load of the five above
    "": [],
    "_checks": [],
    "schedules": [],
    "datasets": ["numpy"],
    "comparison": ["numpy"],
}


@pytest.mark.parametrize("module", [module for module in LIGHT if module in NAMES])
def test_importing_a_light_module_does_not_load_tensorflow(module):
    dotted = f"nnopt_course.{module}".rstrip(".")
    done = subprocess.run([sys.executable, "-c", LOADED, dotted], cwd=ROOT, capture_output=True, text=True, check=True)
    assert set(json.loads(done.stdout)) <= set(LIGHT[module])


# Docstrings ---------------------------------------------------------------------------------------------------------

PARTS = [path for path in FILES if layer(name(path)) == "part" and "._" not in name(path)]
every_part = pytest.mark.parametrize("path", PARTS, ids=name)


def definitions(path):
    """Return the public functions and classes at the top of a file."""
    kinds = (ast.FunctionDef, ast.ClassDef)
    return [node for node in TREES[path].body if isinstance(node, kinds) and not node.name.startswith("_")]


def functions(path):
    return [node for node in definitions(path) if isinstance(node, ast.FunctionDef)]


def called(node):
    """Return the names of the package's functions that a node calls: ``f`` for ``f()`` and for ``_checks.f()``."""
    targets = [n.func for n in ast.walk(node) if isinstance(n, ast.Call)]
    plain = {n.id for n in targets if isinstance(n, ast.Name)}
    modules = [n for n in targets if isinstance(n, ast.Attribute) and isinstance(n.value, ast.Name)]
    return plain | {n.attr for n in modules if n.value.id in NAMES}


def raising():
    """Return the names of all functions outside ``checking`` that raise, by themselves or through one they call."""
    nodes = [n for path in FILES if layer(name(path)) != "checking" for n in ast.walk(TREES[path])]
    nodes = [n for n in nodes if isinstance(n, ast.FunctionDef) and not n.name.startswith("__")]
    found = {n.name for n in nodes if any(isinstance(inner, ast.Raise) for inner in ast.walk(n))}
    while more := {n.name for n in nodes if called(n) & found} - found:
        found |= more
    return found


RAISING = raising()


def test_the_closure_of_raising_functions_reaches_the_losses():
    assert {"positive", "same_shape", "_same_kind", "mean_squared_error", "asymmetric_loss", "train"} <= RAISING
    assert "use_style" not in RAISING


@every_file
def test_every_public_function_class_and_method_has_a_docstring(path):
    nodes = definitions(path)
    methods = [n for c in nodes if isinstance(c, ast.ClassDef) for n in c.body if isinstance(n, ast.FunctionDef)]
    nodes += [n for n in methods if not n.name.startswith("_")]
    assert [node.name for node in nodes if not ast.get_docstring(node)] == []


@every_file
def test_functions_and_methods_say_their_types(path):
    """What they say, mypy checks. Functions within functions may do without, and so may the answers of the catalogs."""
    blocks = [TREES[path].body, *(node.body for node in ast.walk(TREES[path]) if isinstance(node, ast.ClassDef))]
    for node in (node for block in blocks for node in block if isinstance(node, ast.FunctionDef)):
        if "exercises" in path.parts and node.name.startswith("_"):
            continue
        given = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs, node.args.vararg, node.args.kwarg]
        untyped = [each.arg for each in given if each and not each.annotation and each.arg not in ("self", "cls")]
        assert untyped == [] and node.returns, f"{node.name} must say the types of its arguments and of its result"


@every_part
def test_a_function_of_two_arguments_or_more_explains_each_and_what_it_returns(path):
    for node in functions(path):
        text = ast.get_docstring(node)
        given = (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs, node.args.kwarg)
        arguments = [argument.arg for argument in given if argument]
        if len(arguments) < 2:
            continue
        section = text.partition("Args:\n")[2].partition("\n\n")[0]
        explained = [
            line.split(":")[0].strip() for line in section.splitlines() if line.startswith("  ") and line[2] != " "
        ]
        assert explained == arguments, f"{node.name} must explain its arguments in order"
        returns_nothing = isinstance(node.returns, ast.Constant) and node.returns.value is None
        assert returns_nothing != ("Returns:\n" in text), node.name


@every_part
def test_a_function_that_raises_says_so(path):
    for node in functions(path):
        if node.name in RAISING and len(node.args.args) + len(node.args.kwonlyargs) > 1:
            assert "Raises:\n" in ast.get_docstring(node), node.name


@every_part
def test_every_part_that_computes_has_a_doctest(path):
    # Figures display and return nothing that a doctest could compare; a package may only collect names.
    if name(path) != "figures" and definitions(path):
        assert any(">>> " in (ast.get_docstring(node) or "") for node in definitions(path))
