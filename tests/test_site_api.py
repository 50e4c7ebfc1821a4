"""The API reference shows every public name of the package, with all that its docstring says, and nothing private.

Names and docstrings are found by parsing, so that a new part or function is asked for without an edit here.
"""

import ast
import copy
import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

PACKAGE = Path(__file__).resolve().parents[1] / "nnopt_course"
SECTIONS = {"Args:": "Parameters", "Returns:": "Returns", "Raises:": "Raises"}
DEFINITIONS = (ast.FunctionDef, ast.ClassDef)


def parse(path):
    return ast.parse(path.read_text("utf-8")).body


def assigned(body):
    """Return what is assigned at the top of a module, as a mapping from names to values."""
    nodes = [node for node in body if isinstance(node, ast.Assign)]
    return {target.id: node.value for node in nodes for target in node.targets if isinstance(target, ast.Name)}


def public_names(path):
    """Yield the dotted public names of a module or package; a package without ``__all__`` is its modules."""
    module = path / "__init__.py" if path.is_dir() else path
    body = parse(module)
    dotted = ".".join([PACKAGE.name, *path.relative_to(PACKAGE).with_suffix("").parts])
    if "__all__" in assigned(body):
        names = ast.literal_eval(assigned(body)["__all__"])
    elif path.is_dir():
        for inner in sorted(path.glob("[!_]*.py")):
            yield from public_names(inner)
        return
    else:
        names = [*assigned(body), *(node.name for node in body if isinstance(node, DEFINITIONS))]
    yield from (f"{dotted}.{name}" for name in names if not name.startswith("_"))


PARTS = [path for path in sorted(PACKAGE.glob("[!_]*")) if path.suffix == ".py" or (path / "__init__.py").exists()]
NAMES = [name for part in PARTS for name in public_names(part)]


def docstring(dotted):
    """Return the docstring of a public function or class, wherever in its part it is defined; "" for other names."""
    _, part, *_, name = dotted.split(".")
    files = [PACKAGE / f"{part}.py"] if (PACKAGE / f"{part}.py").exists() else sorted((PACKAGE / part).glob("*.py"))
    if dotted.count(".") > 2:  # the module is named, such as template.forward
        files = [PACKAGE.joinpath(*dotted.split(".")[1:-1]).with_suffix(".py")]
    for node in [node for file in files for node in parse(file)]:
        if isinstance(node, DEFINITIONS) and node.name == name:
            return ast.get_docstring(node) or ""
    return ""


@pytest.fixture(scope="module")
def references(site):
    """The built pages, by part."""
    pages = {path.stem: BeautifulSoup(path.read_text("utf-8"), "html.parser") for path in site.glob("book/api/*.html")}
    for page in pages.values():
        for mathml in page.select(".katex-mathml"):
            mathml.extract()
    return pages


def test_the_parser_sees_the_names_that_are_there():
    some = {"losses.mean_squared_error", "optimizers.Slots", "training.Average", "template.settings.LOSSES"}
    assert {f"nnopt_course.{name}" for name in some} <= set(NAMES)
    assert "Raises:" in docstring("nnopt_course.training.train")


def test_each_part_has_a_page_and_the_overview_leads_to_it(site, references):
    parts = {path.stem for path in PARTS}
    overview = BeautifulSoup((site / "book" / "api.html").read_text("utf-8"), "html.parser").article
    assert set(references) == parts
    assert {link["href"] for link in overview.select("tbody td:first-child a")} == {
        f"api/{part}.html" for part in parts
    }


@pytest.mark.parametrize("name", NAMES)
def test_entry_shows_all_that_the_docstring_says(references, name):
    signature = references[name.split(".")[1]].find("dt", id=name)
    assert signature, f"{name} is not on its page"
    entry, text = copy.copy(signature.find_next_sibling("dd")), docstring(name)
    assert entry.get_text(strip=True), f"{name} is not explained"
    for member in entry.select("dl.py"):
        member.extract()
    titles = {title.get_text(strip=True).rstrip(":") for title in entry.select("dl.field-list > dt")}
    assert titles == {title for section, title in SECTIONS.items() if f"\n{section}\n" in text}
    assert len(entry.select(".math")) == len(re.findall(r":math:`|\.\. math::", text))
    assert len(re.findall(r"^>>> ", "".join(pre.get_text() for pre in entry.select("pre")), re.M)) == text.count(">>> ")


@pytest.mark.parametrize("part", PARTS, ids=lambda path: path.stem)
def test_page_begins_with_a_line_to_import_and_lists_what_one_can_call_in_its_own_order(references, part):
    article = references[part.stem].article
    assert re.match(rf"from nnopt_course[. ](import )?{part.stem}", article.pre.get_text())
    listed = [link["href"][1:] for link in article.select("table.autosummary td:first-child a")]
    entries = [dt["id"] for dt in article.select("section > dl.py > dt.sig[id]")]
    assert sorted(listed) == sorted(name for name in NAMES if name in entries and docstring(name) and lists(name))
    assert listed == [name for name in entries if name in listed]


def lists(name):
    """Return whether a module has more than one function or class, so that a list leads the way."""
    module = name.rpartition(".")[0]
    return sum(other.rpartition(".")[0] == module and docstring(other) != "" for other in NAMES) > 1


def test_what_every_class_of_a_kind_has_is_explained_once(references):
    plumbing = ("initial_slots", "call", "get_config", "from_config")
    ids = [dt["id"].removeprefix("nnopt_course.") for page in references.values() for dt in page.select("dt.sig[id]")]
    assert [name for name in ids if name.endswith(plumbing) or ".on_" in name] == ["optimizers.Optimizer.initial_slots"]
    called = {"optimizers.Optimizer", "ema.MovingAverage", "training.Average"}
    assert {name.removesuffix(".__call__") for name in ids if name.endswith("__call__")} == called


def test_types_are_words_of_the_source_and_lead_to_their_own_part(references):
    for page in references.values():
        for signature in page.select("dt.sig"):
            assert not re.search(r"Union|tensorflow\.|numpy\.|<class|nnopt_course", signature.get_text())
    train = references["training"].find("dt", id="nnopt_course.training.train")
    assert "y_true: TensorLike" in references["losses"].dl.dt.get_text()
    links = [(link.get_text(), link["href"]) for link in train.select("a.internal:not(:has(.viewcode-link))")]
    assert links == [
        ("Optimizer", "optimizers.html#nnopt_course.optimizers.Optimizer"),
        ("Average", "#nnopt_course.training.Average"),
        ("History", "#nnopt_course.training.History"),
    ]


def test_nothing_private_is_shown(references):
    for page in references.values():
        for signature in page.select("dt.sig[id]"):
            parts = signature["id"].removesuffix(".__call__").split(".")
            assert not [part for part in parts if part.startswith("_")], signature["id"]
            assert not re.search(r"[\s=\[(]_[A-Za-z]", signature.get_text(" ")), signature.get_text()


@pytest.mark.parametrize("part", PARTS, ids=lambda path: path.stem)
def test_no_markup_is_left_and_no_builtin_speaks_for_a_name(references, part):
    article = copy.copy(references[part.stem].article)
    for code in article.select("pre, code"):
        code.extract()
    assert not re.findall(r"\\[a-z]+|``|:\w+:`|>>>|\b(?:Args|Attributes):|Alias for field|Built-in", article.get_text())
