"""Buttons that need the repository's address are there once the address is, and absent until then.

They run a notebook in the cloud, show the repository, suggest a change of a page and report a mistake. The theme
makes them; without an address it would fail.
"""

from sphinx.application import Sphinx
from sphinx.config import Config

BUTTONS = ("launch_buttons", "use_repository_button", "use_edit_page_button", "use_issues_button")


def only_with_address(app: Sphinx, config: Config) -> None:
    """Take the buttons out of the theme's options while ``repository_url`` is empty."""
    if not config.html_theme_options.get("repository_url"):
        for name in BUTTONS:
            config.html_theme_options.pop(name, None)


def setup(app: Sphinx) -> dict[str, bool]:
    """Look at the options before the theme does."""
    app.connect("config-inited", only_with_address)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
