"""Local images state their size, so that nothing shifts while a page loads, and load when the reader comes near."""

from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.images import get_image_size
from sphinx.writers.html5 import HTML5Translator


def visit_image(translator: HTML5Translator, node: nodes.image) -> None:
    """Write the image as Sphinx does, with ``loading``, ``width`` and ``height`` added."""
    size = get_image_size(str(Path(translator.builder.srcdir, node["uri"])))
    node["loading"] = "lazy"
    HTML5Translator.visit_image(translator, node)
    if size:
        width, height = size
        translator.body[-1] = translator.body[-1].replace("<img ", f'<img width="{width}" height="{height}" ', 1)


def depart_image(translator: HTML5Translator, node: nodes.image) -> None:
    """Close nothing: an image has no end tag."""


def setup(app: Sphinx) -> dict[str, bool]:
    """Replace how HTML builders write images."""
    app.add_node(nodes.image, override=True, html=(visit_image, depart_image))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
