"""Every committed notebook keeps the rules that make its outputs verified, and no setting weakens them."""

import gzip
import re
from pathlib import Path

import nbformat
import pytest
from notebook_rules import RULES, outputs

from book.execute import normal_form

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted(
    path for folder in ("book", "exercises", "exercises/solutions") for path in (ROOT / folder).glob("*.ipynb")
)
OPTIONS = re.compile(r"nbval[-_]lax|sanitize[-_]with")


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_committed_notebook_keeps_the_rules(path):
    notebook = nbformat.read(path, as_version=4)
    faults = [f"{rule.__name__}: {fault}" for rule in RULES for fault in rule(notebook)]
    assert not faults, "\n".join(faults)
    assert path.read_bytes() == normal_form(notebook).encode(), f"run: python -m book.execute {path.name}"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_comment_stands_at_the_end_of_a_line(path):
    cells = [cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "markdown"]
    # At the start of a line a comment ends the paragraph, and what follows it stands alone on the page.
    assert not [line for cell in cells for line in re.findall(r"^ *<!-- (?:claim|no claim|keras): .*", cell, re.M)]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_notebook_and_its_sliders_stay_small(path):
    assert path.stat().st_size < 1_000_000
    pages = [output.data.get("text/html", "") for output in outputs(nbformat.read(path, 4)) if "data" in output]
    sliders = [page for page in pages if 'type="range"' in page]
    assert bool(sliders) == (path.parent.name == "book")  # each chapter has one
    assert all(len(gzip.compress(page.encode())) < 60_000 for page in sliders)


def test_there_are_notebooks():
    assert {path.parent.name for path in NOTEBOOKS} >= {"exercises", "solutions"}


def config_files():
    files = [ROOT / name for name in ("pyproject.toml", "Makefile", "conftest.py", "tests/conftest.py")]
    return [path for path in [*files, *ROOT.glob(".ci/**/*"), *ROOT.glob(".github/**/*")] if path.is_file()]


def test_no_setting_weakens_the_comparison():
    assert not [path.name for path in config_files() if OPTIONS.search(path.read_text())]
    assert OPTIONS.search("pytest --nbval-lax") and OPTIONS.search("pytest --nbval-sanitize-with=x.cfg")
