"""The notation page lists what the chapters and the docstrings use, and what it lists is used."""

import dataclasses
import importlib
import inspect
import json
import pkgutil
import re
from pathlib import Path

import pytest

import nnopt_course

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "book" / "notation.md").read_text("utf-8")
CHAPTERS = sorted((ROOT / "book").glob("4_*.ipynb"))

# Operators and layout, which stand for no quantity.
OPERATORS = set(
    r"""\frac \tfrac \sum \prod \log \max \min \arg \tanh \cos \sqrt \cdot \ldots \quad \qquad \, \; \! \infty \top \big
    \Big \left \right \lfloor \rfloor \lvert \rvert \lVert \rVert \leftarrow \approx \ne \ge \le \times \sim \in \hat
    \bar \mathbb""".split()
)


def formulas(markdown):
    text = re.sub(r"^( *`{3,}).*?^\1|`[^`\n]+`", "", markdown, flags=re.S | re.M)
    return [a or b for a, b in re.findall(r"\$\$(.+?)\$\$|(?<![\\$])\$(?!\s)([^$]+?)\$", text, re.S)]


def letters(formula):
    """Return the letters of a formula, Greek ones as commands; words inside it and names of functions are left out."""
    formula = re.sub(r"\\(?:text|mathrm|operatorname|mathbb|begin|end)\{[^}]*\}|_\{\\text\{[^}]*\}\}", " ", formula)
    return set(re.findall(r"\\[a-zA-Z]+|[A-Za-z]", formula)) - OPERATORS


def chapter(path):
    cells = json.loads(path.read_text("utf-8"))["cells"]
    return [f for cell in cells if cell["cell_type"] == "markdown" for f in formulas("".join(cell["source"]))]


def modules():
    for found in pkgutil.walk_packages(nnopt_course.__path__, "nnopt_course."):
        if not any(part.startswith("_") for part in found.name.split(".")):
            yield importlib.import_module(found.name)


def public():
    """Yield (name, object) of every public function and class of the package."""
    for module in modules():
        for name, value in vars(module).items():
            home = getattr(value, "__module__", None) or ""
            if not name.startswith("_") and callable(value) and home.startswith("nnopt_course"):
                yield name, value


def docstring_formulas(text):
    # A block ends where a line comes back to the margin of the directive.
    blocks = re.findall(r"^( *)\.\. math::(.*(?:\n(?:\1 +\S.*| *$))*)", text, re.M)
    return re.findall(r":math:`([^`]+)`", text) + [block for _, block in blocks]


@pytest.fixture(scope="module")
def docstrings():
    """Return each public name with the formulas of its docstring, those of its module under the module's name."""
    found = {}
    for name, value in public():
        found.setdefault(name, []).extend(docstring_formulas(inspect.getdoc(value) or ""))
    return found | {module.__name__: docstring_formulas(module.__doc__ or "") for module in modules()}


def entries():
    """Return (symbols, code names, place) of each entry: a term of a definition list and its second definition."""
    found = []
    for term, _, last in re.findall(r"^(\$.+)\n: ((?:.+\n)+?)\n: (.+)$", PAGE, re.M):
        found.append((re.findall(r"\$([^$]+)\$", term), re.findall(r"`([^`]+)`", term), last.split(" · ")[-1]))
    return found


def test_the_page_has_no_entry_that_the_tests_do_not_read():
    assert len(entries()) == len(re.findall(r"^: .*(?:\.ipynb\)|docstring of `\w+`)$", PAGE, re.M)) > 60
    assert len(re.findall(r"^: ", PAGE, re.M)) == 2 * len(entries())


def test_every_code_name_is_a_public_name_or_an_argument_or_a_field():
    names = set()
    for name, value in public():
        names.add(name)
        if inspect.isclass(value):
            names |= {attribute for attribute in dir(value) if not attribute.startswith("_")}
            names |= {field.name for field in dataclasses.fields(value)} if dataclasses.is_dataclass(value) else set()
        elif inspect.isfunction(value):
            names |= set(inspect.signature(value).parameters)
        for function in vars(value).values() if inspect.isclass(value) else ():
            names |= set(inspect.signature(function).parameters) if inspect.isfunction(function) else set()
    for _, codes, _ in entries():
        assert set(codes) <= names, codes


@pytest.mark.parametrize(("symbols", "codes", "place"), entries(), ids=lambda value: str(value)[:40])
def test_every_symbol_is_used_where_the_entry_says(symbols, codes, place, docstrings):
    in_chapter = re.fullmatch(r"\[(4\.\d)\]\((\w+)\.ipynb\)", place)
    if in_chapter:
        number, name = in_chapter.groups()
        assert name.startswith(number.replace(".", "_"))
        texts = chapter(ROOT / "book" / f"{name}.ipynb")
    else:
        texts = docstrings[re.fullmatch(r"docstring of `(\w+)`", place)[1]]
    used = [re.sub(r"\\(?:text|operatorname)\{[^}]*\}", " ", text) for text in texts]
    for symbol in symbols:  # as a symbol of its own, not as part of a command or a word
        pattern = rf"(?<![A-Za-z\\]){re.escape(symbol)}(?![A-Za-z])"
        assert any(re.search(pattern, text) for text in used), symbol


def listed():
    return set().union(*(letters(symbol) for symbols, _, _ in entries() for symbol in symbols))


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_every_letter_of_a_formula_of_a_chapter_is_on_the_page(path):
    used = set().union(*map(letters, chapter(path)))
    assert len(used) > (3 if "modular" in path.stem else 10)  # chapter 4.5 has few formulas
    assert used <= listed(), used - listed()


def test_every_letter_of_a_formula_of_a_docstring_is_on_the_page(docstrings):
    used = set().union(*(letters(formula) for texts in docstrings.values() for formula in texts))
    assert len(used) > 30
    assert used <= listed(), used - listed()


def head(symbol):
    """Return the letter that a symbol is built on: that of w for w^*, that of d for its mean."""
    return re.findall(r"\\[a-zA-Z]+|[A-Za-z]", re.sub(r"\\(?:hat|bar)\s*", "", symbol))[0]


def test_letters_with_several_meanings_are_named_as_such():
    meanings = {}
    for symbols, _, _ in entries():
        for letter in {head(symbol) for symbol in symbols}:
            meanings[letter] = meanings.get(letter, 0) + 1
    named = {head(s) for s in re.findall(r"^- \$([^$]+)\$:", PAGE, re.M)}
    # One idea with a mark is one meaning: the best weights, a predicted answer and the first rate.
    same = {"w", "y", "\\eta"}
    several = {letter for letter, count in meanings.items() if count > 1} - same
    assert several <= named, several - named
