"""The bibliography: each work has its address and its place in the alphabet, and the docstrings name no other works."""

import re
import unicodedata
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from pybtex.database import parse_file

ROOT = Path(__file__).resolve().parents[1]
ENTRIES = parse_file(ROOT / "book" / "references.bib").entries
SOURCES = [
    (path.stem, title)
    for path in sorted((ROOT / "nnopt_course").rglob("*.py"))
    for source in re.findall(r"^ +Sources?: (.+?)\n\n", path.read_text("utf-8"), re.M | re.S)
    for title in re.findall(r"\*([^*]+)\*(?= \(\d{4}\)|,)", " ".join(source.split()))
]


@pytest.fixture(scope="module")
def works(site):
    page = BeautifulSoup((site / "book" / "bibliography.html").read_text("utf-8"), "html.parser")
    return page.select("div.citation")


def plain(text):
    """Return letters and spaces as one would type them."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(each for each in decomposed if each.isascii() and (each.isalnum() or each == " "))


def test_labels_are_those_that_the_text_uses(works, site):
    labels = {work.select_one(".label").get_text().strip("[]") for work in works}
    assert len(labels) == len(works) == len(ENTRIES)
    assert {label for label in labels if not re.fullmatch(r".+, \d{4}", label)} == {"Notes", "Listings", "tf.contrib"}
    cited = 0
    for page in site.glob("book/4_*.html"):
        for link in BeautifulSoup(page.read_text("utf-8"), "html.parser").select(".bibtex-citation a"):
            cited += 1
            assert any(label.endswith(link.get_text()) for label in labels), link
    assert cited > 50


def test_order_is_that_of_the_first_names_of_the_labels(works):
    names = [plain(work.p.get_text().split(".")[0] if "," not in label else label) for work, label in named(works)]
    assert names == sorted(names)
    assert [each.split()[0] for each in names if each.startswith("h")] == "hagele hastie he hoerl hopewisdom hu".split()


def named(works):
    return [(work, work.select_one(".label").get_text().strip("[]")) for work in works]


def test_every_work_but_the_notes_leads_to_its_place(works):
    without = [label for work, label in named(works) if not work.select("a.external[href^=https]")]
    assert without == ["Notes"]  # their address is not known


@pytest.mark.parametrize(("module", "title"), SOURCES)
def test_every_source_of_a_docstring_is_in_the_bibliography(module, title):
    assert any(plain(entry.fields["title"]).startswith(plain(title)) for entry in ENTRIES.values())


def test_the_docstrings_name_sources():
    assert len(SOURCES) > 25
