"""Every image says what it shows: a notebook figure's plain text becomes its alt text, and a missing one is a warning.

A figure is a notebook output with the parts ``image/svg+xml`` and ``text/plain``. A plain text such as
``<Figure size ...>`` is what Python prints for an object that nobody described, so it does not count.
"""

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform
from sphinx.util import logging

logger = logging.getLogger(__name__)


class ImageAlt(SphinxTransform):
    """Runs on each page as it is read, while a notebook output still has all of its parts."""

    default_priority = 500

    def apply(self, **kwargs: object) -> None:
        """Fill in the alt texts of figures, then look for images that have none."""
        for bundle in self.document.findall(nodes.container):
            if bundle.get("nb_element") == "mime_bundle":
                texts = [part.astext() for part in bundle.children if part.get("mime_type") == "text/plain"]
                alt = " ".join("".join(texts).split())
                for image in bundle.findall(nodes.image):
                    image["alt"] = "" if alt.startswith("<") else alt
        for image in self.document.findall(nodes.image):
            if not image.get("alt"):
                message = "image without alt text; in a notebook, show it with nnopt_course.figures.show(figure, alt)"
                logger.warning(message, location=image)


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the transform."""
    app.add_transform(ImageAlt)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
