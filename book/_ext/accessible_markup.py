"""Markup that screen readers trip over, mended: what Sphinx, the theme and MyST-NB write, each with its reason.

``tests/test_site_accessibility.py`` finds such faults with axe-core. An entry may go when the test passes without it.
"""

import re
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform

CHINESE = re.compile(r"([\u4e00-\u9fff]+)")

# What is written, and what is meant. Applied twice they must change nothing, because a build keeps pages as they are.
MENDED = [
    # The arrow that unfolds a part of the navigation has no name.
    (r'(<a class="[^"]*" href="[^"]*">([^<]*)</a><details[^>]*><summary)>', r'\1 aria-label="Pages of \2">'),
    # The sidebar's title and search button stand outside of any landmark; the search window has no name.
    (r'(<div id="pst-primary-sidebar" class="[^"]*")>', r'\1 role="region" aria-label="Sidebar">'),
    (r'<dialog id="pst-search-dialog">', '<dialog id="pst-search-dialog" aria-label="Search">'),
    # These names say something other than what can be seen, and hide it: "Ctrl+K", light or dark, "Show the code".
    (r'(<button class="[^"]*search-button-field[^"]*" title="Search") aria-label="Search"', r"\1"),
    (r'(<button class="[^"]*theme-switch-button[^"]*") aria-label="[^"]*"', r"\1"),
    (r'(<i class="theme-switch [^>]*title=")(?!Color)', r"\1Color mode: "),
    (r'<summary aria-label="Toggle hidden content">', "<summary>"),
    # A list of definitions without anything defined: the arguments of a long signature.
    (r"<dl>\n((?:<dd>.*</dd>\n)+)</dl>", lambda found: re.sub(r"(</?)d[ld]\b", r"\1div", found[0])),
    # The role of an entry in a bibliography is obsolete, and leaves the list around it without members.
    (r'(<div class="citation" id="[^"]*") role="doc-biblioentry"', r'\1 role="listitem"'),
    # A header cell does not say what it is the header of.
    (r'<th class="head', '<th scope="col" class="head'),
    (r'<th class="stub', '<th scope="row" class="stub'),
]


class ChineseTerms(SphinxPostTransform):
    """Chinese words say that they are Chinese, so that a screen reader changes its voice and a browser its font."""

    default_priority = 500

    def run(self, **kwargs: object) -> None:
        """Wrap each run of Chinese characters; docutils makes the class an attribute ``lang``."""
        for text in [text for text in self.document.findall(nodes.Text) if CHINESE.search(text)]:
            parts = [
                nodes.inline(part, part, classes=["language-zh-Hans"]) if CHINESE.match(part) else nodes.Text(part)
                for part in CHINESE.split(text)
            ]
            text.parent.replace(text, parts)


def mend(app: Sphinx, exception: Exception | None) -> None:
    """Rewrite the pages of the finished site."""
    if exception or app.builder.format != "html":
        return
    for page in Path(app.outdir).rglob("*.html"):
        text = written = page.read_text("utf-8")
        for fault, meant in MENDED:
            text = re.sub(fault, meant, text)
        if text != written:
            page.write_text(text, "utf-8")


def setup(app: Sphinx) -> dict[str, bool]:
    """Run after the writers, the theme's own included."""
    app.add_post_transform(ChineseTerms)
    app.connect("build-finished", mend)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
