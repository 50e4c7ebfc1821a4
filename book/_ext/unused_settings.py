"""Jupyter Book passes on the settings of extensions that this book leaves out; declared here, they cause no warning."""

from sphinx.application import Sphinx


def setup(app: Sphinx) -> dict[str, bool]:
    """Declare what nothing reads."""
    app.add_config_value("comments_config", {}, "")
    return {"parallel_read_safe": True, "parallel_write_safe": True}
