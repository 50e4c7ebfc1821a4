"""The book as a PDF file and the site as a zip file: complete, linked, accessible, and the same every time."""

import re
from collections import Counter
from zipfile import ZipFile

import pytest
import yaml
from pypdf import PdfReader

from book import archive, chromium, pdf


def plain(text):
    """Return a text without spaces, which a PDF file does not keep, and without ligatures."""
    return re.sub(r"\s+", "", text).replace("\ufb01", "fi").replace("\ufb02", "fl").replace("\u200b", "")


@pytest.fixture(scope="module")
def pages(site):
    """Return the pages of the site as they go to paper, answers included."""
    toc = pdf.parse_toc_yaml(pdf.ROOT / "_toc.yml")
    return [pdf.read(site, *entry) for entry in pdf.listed(toc, toc.root.docname)]


@pytest.fixture(scope="module")
def path(site, chromium_program, tmp_path_factory):
    path = tmp_path_factory.mktemp("pdf") / "book.pdf"
    assert pdf.main(site, path) == 0
    return path


@pytest.fixture(scope="module")
def book(path):
    return PdfReader(path)


@pytest.fixture(scope="module")
def extracted(book):
    """Return the text of every page, and how many letters have which size in points."""
    sizes = Counter()

    def note(text, matrix, text_matrix, font, size):
        sizes[round(abs(size * matrix[0] * text_matrix[0]), 1)] += len(text)

    return [plain(page.extract_text(visitor_text=note)) for page in book.pages], sizes


@pytest.fixture(scope="module")
def texts(extracted):
    return extracted[0]


@pytest.fixture(scope="module")
def outline(book):
    """Return level and title of every bookmark."""

    def walk(entries, level=1):
        for entry in entries:
            if isinstance(entry, list):
                yield from walk(entry, level + 1)
            else:
                yield level, plain(entry.title)

    return list(walk(book.outline))


def page_of(book, name):
    """Return the number of the page on which the place ``name`` is."""
    return book.get_destination_page_number(book.named_destinations[f"/{name}"]) + 1


def links(page):
    """Return the links on a page."""
    return [each.get_object() for each in page.get("/Annots", []) if each.get_object()["/Subtype"] == "/Link"]


def test_the_file_is_tagged_and_says_its_title_and_language(book, path):
    root = book.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert book.metadata.title == "Neural-network optimization: a short course you can run"
    assert path.stat().st_size < 10e6


def test_the_structure_has_headings_tables_code_and_pictures_with_words(book, pages):
    found = {}
    todo = [book.trailer["/Root"]["/StructTreeRoot"]["/K"]]
    while todo:
        node = todo.pop()
        node = node.get_object() if hasattr(node, "get_object") else node
        if isinstance(node, list):
            todo.extend(node)
        elif isinstance(node, dict):
            found.setdefault(node.get("/S"), []).append(node.get("/Alt"))
            todo.append(node.get("/K"))
    assert {"/H1", "/H2", "/H3", "/P", "/L", "/LI", "/Table", "/TH", "/TD", "/Code", "/Link", "/Figure"} <= set(found)
    words = [image["alt"] for page in pages for image in page.article.select("img")]
    words += [each["aria-label"] for page in pages for each in page.article.select(".katex, .slider-figure svg")]
    assert words
    assert set(map(plain, words)) - {plain(alt) for alt in found["/Figure"] if alt} == set()


def test_the_outline_holds_every_page_in_order_with_its_sections(outline, pages):
    expected = []
    for page in pages:
        expected += [(1, plain(page.part.upper()))] if page.part else []
        headings = page.article.select("h1, h2, h3, h4")
        expected += [(heading["aria-level"], plain(heading.get_text())) for heading in headings]
    assert outline[0] == (1, "Contents")
    assert outline[1 : len(expected) + 1] == expected
    assert outline[len(expected) + 1] == (1, "Hintsandanswers")


def test_the_title_page_comes_first_and_then_the_contents_with_right_page_numbers(texts, book, pages):
    about = yaml.safe_load((pdf.ROOT / "CITATION.cff").read_text("utf-8"))
    words = [*about["title"].split(": "), about["authors"][0]["name"], about["version"], *about["license"]]
    assert [word for word in words if plain(word) not in texts[0]] == []
    contents = "".join(texts[1 : page_of(book, pages[0].name) - 1])
    missing = [page.name for page in pages if f"{plain(page.title)}{page_of(book, page.name)}" not in contents]
    assert missing == []


def test_every_page_but_the_first_shows_its_number(texts, pages):
    assert len(texts) > 100
    heads = ["", "Hintsandanswers", *(plain(page.title) for page in pages)]  # the running title, if there is one
    bare = [n for n, text in enumerate(texts, 1) if not any(text.startswith(f"{head}{n}") for head in heads)]
    assert bare == [1]


def test_each_page_of_the_site_is_there_with_its_text(texts, book, pages):
    for page, after in zip(pages, [page.name for page in pages[1:]] + ["answers"], strict=True):
        printed = "".join(texts[page_of(book, page.name) - 1 : page_of(book, after)])
        hidden = page.article.select("details *")
        shown = [each for each in page.article.select("p, pre") if each not in hidden and not each.select(".katex")]
        beginnings = [plain(each.get_text())[:20] for each in shown]
        beginnings = [text for text in beginnings if text.isascii()]  # not every machine has a Chinese font
        assert beginnings
        assert [text for text in beginnings if text not in printed] == [], page.name


def test_hidden_answers_stand_at_the_end_with_links_there_and_back(texts, book, pages):
    targets = {link["/Dest"] for page in book.pages for link in links(page) if "/Dest" in link}
    first = page_of(book, "answers")
    answers, count = "".join(texts[first - 1 :]), 0
    for page in pages:
        hidden = page.article.select("details")
        shown = plain("".join(text for text in page.article.find_all(string=True) if not text.find_parent("details")))
        for number, details in enumerate(hidden):
            here, there = f"{page.name}:question-{number}", f"{page.name}:answer-{number}"
            assert page_of(book, page.name) <= page_of(book, here) < first <= page_of(book, there)
            assert {f"/{here}", f"/{there}"} <= targets
            runs = [plain(run)[:40] for run in details.find_all(string=True) if not run.find_parent("summary")]
            told = max((run for run in runs if run not in shown), key=len)  # not what the page says anyway
            assert told in answers, there
            assert told not in texts[page_of(book, here) - 1], here
            count += 1
    assert count > 100


def test_every_link_leads_somewhere(book, site):
    printed = [link for page in book.pages for link in links(page)]
    written = set(re.findall('<a [^>]*href="#([^"]+)"', pdf.whole_book(site)))
    assert len(written) > 500
    assert {link["/Dest"].lstrip("/") for link in printed if "/Dest" in link} == written
    assert {name.lstrip("/") for name in book.named_destinations} >= written
    assert [link["/A"]["/URI"] for link in printed if "/A" in link and "https://" not in link["/A"]["/URI"]] == []


def test_nothing_is_too_wide_for_the_paper(extracted):
    # Chromium would make all text smaller until the widest line fits. The style sheet says 8 for code, 10.5 for text.
    assert {size for size, _ in extracted[1].most_common(2)} == {8.0, 10.5}


def test_the_file_does_not_say_when_it_was_printed(path):
    dates = set(re.findall(rb"\(D:\d{14}[^)]*\)", path.read_bytes()))
    assert dates == {b"(D:20000101000000+00'00')"}


def test_without_a_browser_one_line_says_what_to_install(site, monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(chromium, "find", lambda: None)
    assert pdf.main(site, tmp_path / "book.pdf") == 1
    assert capsys.readouterr().err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_the_zip_file_opens_and_two_are_equal(site, tmp_path, goto):
    first, second = tmp_path / "first" / "site.zip", tmp_path / "second" / "site.zip"
    for path in (first, second):
        path.parent.mkdir()
        archive.main(site, path)
    assert first.read_bytes() == second.read_bytes()
    with ZipFile(first) as packed:
        packed.extractall(tmp_path)
    assert sorted(each.name for each in tmp_path.iterdir()) == ["first", "second", "site"]
    tab = goto((tmp_path / "site" / "index.html").as_uri())
    tab.wait_for_url("**/book/index.html")
    assert tab.locator("h1").first.inner_text().startswith("Neural-network optimization")
