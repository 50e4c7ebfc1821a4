"""Print the built site as one PDF file: ``python -m book.pdf _build/html _build/book.pdf``.

The pages are joined into one HTML file in the order of ``_toc.yml``, which Chromium prints. Their looks come from the
site's own style sheets; what only paper needs is in ``_assets/print.css``. Paper cannot hide an answer, so hidden
answers move to the end. Chromium cannot write "page 12" beside a link either, so the book is printed twice: the first
copy tells on which page everything is.
"""

import json
import re
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path

import yaml
from bs4 import BeautifulSoup, Tag
from pypdf import PdfReader
from sphinx_external_toc.parsing import SiteMap, parse_toc_yaml

from book import chromium
from nnopt_course._files import replacing

ROOT = Path(__file__).resolve().parents[1]
COLORED = ".k, .kn, .c1, .s1, .s2, .sd, .nf, .nc"  # classes of code; each colored word costs room in the PDF file


@dataclass
class Page:
    """A page of the site on its way to paper."""

    name: str  # as in _toc.yml
    level: int  # of its title in the outline; a part is above it
    part: str  # name of the part that begins with this page, or nothing
    article: Tag
    styles: list[str]

    @property
    def title(self) -> str:
        """The words of its main heading."""
        return self.article.h1.get_text()


def listed(toc: SiteMap, name: str, level: int = 1, part: str = "") -> Iterator[tuple[str, int, str]]:
    """Yield name, level and part of every page below ``name``, in order."""
    yield name, level, part
    for tree in toc[name].subtrees:
        for number, item in enumerate(tree.items):
            yield from listed(toc, str(item), level + 1, "" if number else tree.caption or "")


def read(site: Path, name: str, level: int, part: str) -> Page:
    """Take a page's text out of the site, without what only a screen can use."""
    html = BeautifulSoup((site / f"{name}.html").read_text("utf-8"), "html.parser")
    article = html.select_one("article.bd-article")
    for useless in article.select("a.headerlink, a:has(.viewcode-link), .slider-figure :is(input, script)"):
        useless.decompose()
    for shown in article.select("details:is(.hide, .task)"):  # what the site folds and a book need not
        shown.summary.decompose()
        shown.unwrap()
    for formula in article.select(".katex"):  # a PDF has no MathML: the source is what a screen reader says
        formula["role"], formula["aria-label"] = "img", formula.annotation.get_text()
        formula.select_one(".katex-mathml").decompose()
        del formula.select_one(".katex-html")["aria-hidden"]
    for plain in article.select(f".pre, pre span:not({COLORED})"):
        plain.unwrap()
    for code in article.select("pre"):
        if code.get_text().count("\n") > 15:  # shorter code stays on one page
            code["class"] = "long"
    for image in article.select("img"):
        del image["loading"]
        image["src"] = address(site, name, image["src"])
    for named in article.select("[id]:not(svg [id])"):
        named["id"] = f"{name}:{named['id']}"
    for link in article.select("a[href]"):
        _redirect(link, name)
    for heading in article.select("h1, h2, h3, h4"):
        heading["aria-level"] = int(heading.name[1]) + level - 1
    article["id"] = name
    links = html.head.select('link[rel="stylesheet"]')
    return Page(name, level, part, article, [address(site, name, link["href"]) for link in links])


def address(site: Path, name: str, file: str) -> str:
    """Return the whole address of a file that a page names relative to itself."""
    return (site / name).parent.joinpath(file.partition("?")[0]).resolve().as_uri()


def _redirect(link: Tag, name: str) -> None:
    """Make a link between pages one within the book, and print the address of a link that leaves it."""
    file, _, fragment = link["href"].partition("#")
    if "://" in file:
        if file not in link.get_text():
            link.append(BeautifulSoup(f' <span class="address">({escape(link["href"])})</span>', "html.parser"))
        return
    path = (Path("/", name).parent / file).resolve() if file else Path("/", name)
    target = path.with_suffix("").as_posix().lstrip("/") if file else name
    link["href"] = f"#{target}:{fragment}" if fragment else f"#{target}"


def reference(target: str, words: str) -> str:
    """Return a link that ends with the number of its target's page, not yet known."""
    return f'<a class="page-reference" href="#{target}">{words}<span data-page-of="{target}">000</span></a>'


def move_answers(page: Page) -> str:
    """Replace what a page hides by links, and return it as a chapter of answers.

    Hints of one rank stand together, so that who looks up the first one does not see the second beside it.
    """
    moved = []
    for number, details in enumerate(page.article.select("details")):
        here, there = f"{page.name}:question-{number}", f"{page.name}:answer-{number}"
        question = details.summary.extract().decode_contents()
        hint = question if question.startswith("Hint") else ""
        words = (
            question
            if question.endswith("?")
            else f"{details.find_parent('section').find(['h1', 'h2', 'h3']).get_text()}: {question}"
        )
        back = reference(here, "asked on page ")
        asked = f'<p class="question">{words} {back}</p>'
        moved.append((hint, f'<section class="answer" id="{there}">{asked}{details.decode_contents()}</section>'))
        link = reference(there, "page " if hint else "Answer on page ")
        asked = f'<p class="question{" hint" if hint else ""}" id="{here}">{question} {link}</p>'
        details.replace_with(BeautifulSoup(asked, "html.parser"))
    answers = "".join(answer for _, answer in sorted(moved, key=lambda pair: pair[0]))
    return f'<section id="answers:{page.name}"><h2>{escape(page.title)}</h2>{answers}</section>' if answers else ""


def title_page(about: dict) -> str:
    """Return the first page, which says what ``CITATION.cff`` says."""
    title, _, subtitle = about["title"].partition(": ")
    names = ", ".join(author["name"] for author in about["authors"])
    return f"""<div class="title-page"><p class="title">{title}</p><p class="subtitle">{subtitle}</p><p>{names}</p>
      <p class="imprint">Version {about["version"]}, {about["date-released"]}<br>
      Code: {about["license"][0]}. Text and figures: {about["license"][1]}.</p></div>"""


def contents(pages: list[Page]) -> str:
    """Return the list of parts, pages and their sections."""
    lines = []
    for page in pages:
        if page.part:
            lines.append(f'<li class="part">{page.part}</li>')
        lines.append(f'<li class="page">{reference(page.name, escape(page.title))}')
        sections = page.article.select("section > section[id]:has(> h2)") if page.level < 3 else []
        entries = [f"<li>{reference(section['id'], escape(section.h2.get_text()))}</li>" for section in sections]
        lines.append(f"<ul>{''.join(entries)}</ul></li>" if entries else "</li>")
    return f"""<div class="bd-main contents"><article class="bd-article" id="contents"><h1>Contents</h1>
      <ul>{"".join(lines)}</ul></article></div>"""


def whole_book(site: Path) -> str:
    """Join the pages of a built site into one HTML file."""
    toc = parse_toc_yaml(ROOT / "_toc.yml")
    about = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    pages = [read(site, *entry) for entry in listed(toc, toc.root.docname)]
    answers = "".join(map(move_answers, pages))
    last = f'<article class="bd-article" id="answers"><h1>Hints and answers</h1>{answers}</article>'
    pages.append(Page("answers", 1, "", BeautifulSoup(last, "html.parser").article, []))

    text, rules = [], []
    for page in pages:
        if page.part:
            part = f'<p class="part" role="heading" aria-level="1">{page.part}</p>'
            page.article.h1.insert_before(BeautifulSoup(part, "html.parser"))
        if page.level < 3:  # a page below another one goes on where that one ends, under its running title
            rules.append(f"@page chapter{len(rules)} {{ @top-right {{ content: {json.dumps(page.title)} }} }}")
        kind = "bd-main chapter" if page.level < 3 else "bd-main subchapter"
        text.append(f'<div class="{kind}" style="page: chapter{len(rules) - 1}">{page.article}</div>')
    sheets = dict.fromkeys(sheet for page in pages for sheet in page.styles)  # each once; not all pages have all
    styles = "".join(f'<link rel="stylesheet" href="{sheet}">' for sheet in sheets)
    return f"""<!DOCTYPE html><html lang="en" data-theme="light"><head><meta charset="utf-8">
      <title>{about["title"]}</title>{styles}<style>{"".join(rules)}</style></head>
      <body class="whole-book">{title_page(about)}{contents(pages)}{"".join(text)}</body></html>"""


def fill_in(html: str, path: Path) -> str:
    """Write into every reference the page on which its target is in the PDF file ``path``."""
    pdf = PdfReader(path)
    numbers = {name.lstrip("/"): pdf.get_destination_page_number(to) + 1 for name, to in pdf.named_destinations.items()}
    return re.sub(r'data-page-of="([^"]+)">\d+<', lambda found: f'data-page-of="{found[1]}">{numbers[found[1]]}<', html)


def undated(pdf: bytes) -> bytes:
    """Return the same file without the moment at which it was printed."""
    return re.sub(rb"\(D:\d{14}", b"(D:20000101000000", pdf)


def main(site: Path, path: Path) -> int:
    """Print the site in the folder ``site`` into the file ``path``."""
    program = chromium.find()
    if program is None:
        print(
            "The book is printed by Chromium, and none is installed. Install chromium or google-chrome.",
            file=sys.stderr,
        )
        return 1
    html = whole_book(site)
    with chromium.launch(program) as browser, tempfile.TemporaryDirectory() as folder:
        file, printed = Path(folder, "book.html"), Path(folder, "book.pdf")
        tab = browser.new_page()
        for _ in range(2):
            file.write_text(html, "utf-8")
            tab.goto(file.as_uri())
            tab.pdf(path=printed, prefer_css_page_size=True, print_background=True, tagged=True, outline=True)
            html = fill_in(html, printed)
        with replacing(path) as whole:
            whole.write(undated(printed.read_bytes()))
    print(f"The book is printed. Open {path.resolve()}")
    return 0


if __name__ == "__main__":
    sys.exit(main(*map(Path, sys.argv[1:])))
