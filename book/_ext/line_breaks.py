"""Where a line may end: inside long code after ``_``, ``.``, ``(``, ``/`` or ``::``, and not before a formula's comma.

The places in code are marked in the finished HTML, because the search would take marks in the text for ends of words.
"""

import re
from html import unescape

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform

CODE = re.compile(r'<code class="([^"]*\bliteral\b[^"]*)">((?:<span class="pre">[^<]*</span>\s*)+)</code>')
PIECE = re.compile(r'(?<=<span class="pre">)[^<]+')
PLACE = re.compile(r"(?<=\w)(::|[_./(]+)(?=\w)")
SHORT = 20  # characters that never part

OPENING = re.compile(r"[(\[\u201c\u2018]+$")  # brackets and quotation marks
CLOSING = re.compile(r"^[)\].,;:!?\u201d\u2019]+")


def mark_code(found: re.Match[str]) -> str:
    """Give short code a class and longer code its places."""
    classes, content = found.groups()
    if len(unescape(re.sub(r"<[^>]+>", "", content))) <= SHORT:
        return f'<code class="{classes} short">{content}</code>'
    content = PIECE.sub(lambda piece: PLACE.sub(r"\1<wbr>", piece[0]), content)
    return f'<code class="{classes}">{content}</code>'


def mark_page(app: Sphinx, page: str, template: str, context: dict, doctree: nodes.document | None) -> None:
    """Mark all code of a page, before the theme puts the page together."""
    if body := context.get("body"):
        context["body"] = CODE.sub(mark_code, body)


class Punctuation(SphinxPostTransform):
    """A short formula and the punctuation that touches it are one piece."""

    default_priority = 600
    formats = ("html",)

    def run(self, **kwargs: object) -> None:
        """Put them into an element of the class ``together``."""
        for formula in list(self.document.findall(nodes.math)):
            parent, place = formula.parent, formula.parent.index(formula)
            letters = re.sub(r"\\[A-Za-z]+", "x", formula.astext())
            if len(re.sub(r"[{}\s_^]", "", letters)) > SHORT:
                continue
            before = take(parent, place - 1, OPENING) if place else ""
            after = take(parent, place + 1, CLOSING)
            if before or after:
                pieces = [nodes.Text(before), formula.deepcopy(), nodes.Text(after)]
                parent[place] = nodes.inline("", "", *pieces, classes=["together"])


def take(parent: nodes.Element, index: int, pattern: re.Pattern[str]) -> str:
    """Cut punctuation off a neighbor that is text, and return it."""
    text = parent[index] if index < len(parent) else None
    found = pattern.search(text.astext()) if isinstance(text, nodes.Text) else None
    if not found:
        return ""
    parent[index] = nodes.Text(pattern.sub("", text.astext()))
    return found[0]


def setup(app: Sphinx) -> dict[str, bool]:
    """Mark formulas when references are resolved, and code when pages are written."""
    app.add_post_transform(Punctuation)
    app.connect("html-page-context", mark_page)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
