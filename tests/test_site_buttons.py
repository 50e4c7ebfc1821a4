"""Buttons that lead to the repository: none while its address is not set, and the right ones once it is."""

import json
import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from nbformat import v4, write

ROOT = Path(__file__).resolve().parents[1]
ADDRESS = "https://github.com/someone/some-course"


def read(path):
    return BeautifulSoup(path.read_text("utf-8"), "html.parser")


@pytest.fixture(scope="module")
def pages(build, tmp_path_factory):
    """A Markdown page and a notebook, built by the book's own settings with an address in the one place for it."""
    folder = tmp_path_factory.mktemp("with-address")
    config = (ROOT / "_config.yml").read_text("utf-8")
    config, places = re.subn(r'url: &repository ""', f'url: &repository "{ADDRESS}"', config)
    assert places == 1
    (folder / "_config.yml").write_text(re.sub(r"\bbook/", f"{ROOT.as_posix()}/book/", config), "utf-8")
    (folder / "_toc.yml").write_text("format: jb-book\nroot: index\nchapters:\n  - file: part/chapter\n", "utf-8")
    (folder / "index.md").write_text("# Front\n\nText.\n", "utf-8")
    (folder / "part").mkdir()
    write(v4.new_notebook(cells=[v4.new_markdown_cell("# Chapter\n\nText.")]), folder / "part" / "chapter.ipynb")
    done = build(folder, folder / "output")
    assert done.returncode == 0, done.stderr
    built = folder / "output" / "_build" / "html"
    return {page: read(built / f"{page}.html") for page in ("index", "part/chapter")}


def links(page):
    """Return where the buttons above the article lead, those with an address of the repository or of Binder."""
    found = [link["href"] for link in page.select(".article-header-buttons a[href]")]
    return [target for target in found if "://" in target]


def repository_links(name):
    return [
        ADDRESS,
        f"{ADDRESS}/edit/main/{name}",
        f"{ADDRESS}/issues/new?title=Issue%20on%20page%20%2F{name.rpartition('.')[0]}.html"
        "&body=Your%20issue%20content%20here.",
    ]


def test_notebook_can_be_launched_changed_and_reported(pages):
    launch = "https://mybinder.org/v2/gh/someone/some-course/main?urlpath=lab/tree/part/chapter.ipynb"
    assert links(pages["part/chapter"]) == [launch, *repository_links("part/chapter.ipynb")]


def test_other_page_can_be_changed_and_reported(pages):
    assert links(pages["index"]) == repository_links("index.md")
    assert not pages["index"].select(".dropdown-launch-buttons")


def test_without_an_address_there_is_no_button_and_no_empty_link(site, page):
    """As long as the maintainer has not set one; afterwards this test sees the buttons and lets them be."""
    built = read(site / f"{page}.html")
    if 'url: &repository ""' in (ROOT / "_config.yml").read_text("utf-8"):
        assert links(built) == []
        assert not built.select(".dropdown-launch-buttons, .dropdown-source-buttons")
    assert not [link for link in built.select("a") if link.get("href", "").strip() in ("", "None")]


def test_binder_installs_what_make_book_installs():
    set_up = (ROOT / ".ci" / "set-up").read_text()
    binder = (ROOT / ".binder" / "postBuild").read_text()
    package = "install --quiet --no-deps --no-build-isolation -e ."
    assert package in set_up and package.replace(" --quiet", "") in binder
    assert "-r requirements.txt" in binder
    (version,) = re.fullmatch(r"python-(3\.1[123])\n", (ROOT / ".binder" / "runtime.txt").read_text()).groups()
    assert json.dumps(version) in (ROOT / ".github" / "workflows" / "ci.yml").read_text()  # which CI tests
    assert (ROOT / ".binder" / "postBuild").stat().st_mode & 0o111
