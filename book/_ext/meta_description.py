"""Each page's first paragraph is its description for search engines and link previews."""

import html
import textwrap

from docutils import nodes
from sphinx.application import Sphinx


def add_description(app: Sphinx, page: str, template: str, context: dict, doctree: nodes.document | None) -> None:
    """Add ``<meta name="description">`` to the head of a page that has text."""
    paragraph = next(doctree.findall(nodes.paragraph), None) if doctree else None
    if paragraph:
        text = textwrap.shorten(paragraph.astext(), 160, placeholder=" …")
        context["metatags"] += f'\n<meta name="description" content="{html.escape(text)}" />'


def setup(app: Sphinx) -> dict[str, bool]:
    """Run once for each page that is written."""
    app.connect("html-page-context", add_description)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
