"""The built site holds what the sources say, every link leads somewhere, and nothing comes from another host."""

import copy
import json
import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from bs4 import BeautifulSoup

ROOT = Path(__file__).resolve().parents[1]
ELSEWHERE = re.compile(r"""\b(?:(?:src|href)\s*[=:]|import|fetch\(|url\()\s*\(?["'`]?(?:https?:)?//""")


def read(path):
    return BeautifulSoup(path.read_text("utf-8"), "html.parser")


@pytest.fixture(scope="module")
def document(site, page):
    return read(site / f"{page}.html")


@pytest.fixture(scope="module")
def article(document):
    return document.article


@pytest.fixture(scope="module")
def cells(page):
    """The cells of the page's source; a Markdown page is one Markdown cell."""
    notebook = ROOT / f"{page}.ipynb"
    if not notebook.exists():
        return [{"cell_type": "markdown", "source": (ROOT / f"{page}.md").read_text("utf-8")}]
    return json.loads(notebook.read_text("utf-8"))["cells"]


@pytest.fixture(scope="module")
def outputs(cells):
    return [output for cell in cells for output in cell.get("outputs", [])]


@pytest.fixture(scope="module")
def prose(cells):
    """The page's Markdown without code."""
    markdown = "\n\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
    return re.sub(r"^( *`{3,}).*?^\1|`[^`\n]+`", "", markdown, flags=re.S | re.M)


def words(text):
    return " ".join("".join(text).split())


def test_title_is_that_of_the_source(document, prose):
    title = re.search(r"^# (.+)$", prose, re.M)[1]
    heading = copy.copy(document.article.h1)
    heading.a.extract()
    assert heading.get_text() == title
    assert document.title.get_text().startswith(title)
    assert document.html["lang"] == "en"


def test_description_is_the_start_of_the_text(document):
    description = document.select_one("meta[name=description]")["content"]
    assert len(description) > 20
    assert words(document.article.p.find(string=True)).startswith(description[:20])


def test_every_formula_is_rendered_with_mathml(article, prose):
    formulas = re.findall(r"(?<!\\)(\$\$?)(?!\s)[^$]+?\1", prose)
    rendered = article.select(".math")
    assert len(rendered) >= len(formulas)
    for formula in rendered:
        assert formula.select_one(".katex-html").get_text(strip=True)
        assert formula.select_one("math annotation").get_text(strip=True)


def test_no_raw_formula_is_left(article):
    article = copy.copy(article)
    for element in article.select("pre, code, script, annotation"):
        element.extract()
    assert not re.findall(r"\$[^$\n]+\$|\\\(|\\\[|\\begin", article.get_text())


def test_every_figure_has_its_alt_text_and_size(article, outputs):
    alts = [words(o["data"]["text/plain"]) for o in outputs if "image/svg+xml" in o.get("data", {})]
    assert [image["alt"] for image in article.select(".cell_output img")] == alts
    for image in article.select("img"):
        assert image["alt"]
        assert int(image["width"]) > 0
        assert int(image["height"]) > 0


def test_every_slider_reaches_the_page_unchanged(article, outputs):
    sliders = ["".join(o["data"]["text/html"]) for o in outputs if "slider-figure" in str(o.get("data", {}))]
    assert [str(figure) for figure in article.select("figure.slider-figure")] == [
        str(BeautifulSoup(slider, "html.parser").figure) for slider in sliders
    ]


def test_everything_printed_is_shown_and_nothing_failed(article, outputs):
    printed = [words(output["text"]) for output in outputs if output["output_type"] == "stream"]
    assert [words(shown.get_text()) for shown in article.select(".output.stream")] == printed
    assert not article.select(".traceback, .stderr, .system-message, .problematic")


def test_notebook_can_be_downloaded(site, page, document):
    source = ROOT / f"{page}.ipynb"
    buttons = document.select('a.btn-download-source-button[href$=".ipynb"]')
    assert len(buttons) == source.exists()
    for button in buttons:
        assert (site / page).parent.joinpath(button["href"]).read_bytes() == source.read_bytes()


def test_front_door_leads_to_the_first_page(site):
    assert read(site / "index.html").meta["content"] == "0; url=book/index.html"


@pytest.fixture(scope="module")
def documents(site):
    """All pages by their paths, also those for searching and the like; ``_static`` holds a template of the theme."""
    return {path: read(path) for path in site.rglob("*.html") if "_static" not in path.parts}


def targets(document):
    """Yield (what a page links to or loads, whether it loads it)."""
    for element in document.select("[src], [href], object[data]"):
        target = element.get("src") or element.get("href") or element.get("data")
        yield target, element.name != "a"


def resolve(start, target):
    """Return the file that a relative address means on the page or style sheet ``start``, and the anchor in it."""
    parts = urlsplit(target)
    return (start.parent / unquote(parts.path)).resolve() if parts.path else start, unquote(parts.fragment)


def test_every_link_and_resource_exists(site, documents):
    anchors = {path: {element["id"] for element in document.select("[id]")} for path, document in documents.items()}
    for start, document in documents.items():
        for target, loaded in targets(document):
            if re.match(r"https?:|mailto:", target) and not loaded:
                continue
            found, anchor = resolve(start, target)
            assert found.is_file(), f"{start.relative_to(site)} refers to {target}"
            assert not anchor or anchor in anchors[found], f"{start.relative_to(site)} refers to {target}"


def test_every_file_that_a_style_sheet_names_exists(site):
    for start in site.rglob("*.css"):
        for target in re.findall(r"""url\(["']?([^"')]+)""", start.read_text("utf-8")):
            if not target.startswith(("data:", "#")):
                assert resolve(start, target)[0].is_file(), f"{start.relative_to(site)} refers to {target}"


def test_no_style_sheet_or_script_loads_from_elsewhere(site, documents):
    for path in [*site.rglob("*.css"), *site.rglob("*.js")]:
        found = ELSEWHERE.search(path.read_text("utf-8"))
        assert not found, f"{path.relative_to(site)}: {found}"
    for path, document in documents.items():
        for element in document.select("script, style, [style]"):
            assert not ELSEWHERE.search(element.get_text() + element.get("style", "")), path.relative_to(site)


def test_long_code_says_where_its_lines_may_end_and_short_code_stays_whole(article):
    for code in article.select("code.literal"):
        short = len(code.get_text()) <= 20
        assert ("short" in code["class"]) == short, code
        places = len(re.findall(r"\w(?:::|[_./(]+)(?=\w)", code.get_text()))
        assert len(code.select("wbr")) == (0 if short else places), code


def test_no_comma_of_a_short_formula_begins_a_line(article):
    for formula in article.select("span.math"):
        symbols = formula.select_one(".katex-html").get_text(strip=True)
        after = formula.next_sibling
        if len(symbols) < 8 and isinstance(after, str) and re.match(r"[,.;:!?)\]]", after):
            assert formula.find_parent(class_="together"), f"{symbols}{after[:20]}"
