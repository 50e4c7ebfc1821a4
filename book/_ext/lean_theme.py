"""The theme without what no page uses: 1000 icons' and other elements' styles, and a script that draws icons.

A page has to load the whole style sheet before it shows anything, so each rule costs every reader. A rule goes when
each of its selectors names a class that occurs in no page and in no script of the site. ``_templates/layout.html``
decides which scripts a page loads.
"""

import re
from pathlib import Path

from sphinx.application import Sphinx


def can_apply(selector: str, words: set[str]) -> bool:
    """Say whether all classes of a selector occur; what stands in parentheses may be ``:not(.this)``, so it is free."""
    while (outside := re.sub(r"\([^()]*\)", "", selector)) != selector:
        selector = outside
    return words.issuperset(re.findall(r"\.([a-z_-][\w-]*)", selector, re.I))


def drop_unused_rules(css: str, words: set[str]) -> str:
    """Return a style sheet without the rules that cannot apply where only these words are classes."""

    def keep(rule: re.Match) -> str:
        selectors = [each for each in re.split(r",(?![^(]*\))", rule[1]) if can_apply(each, words)]
        return f"{','.join(selectors)}{{{rule[2]}}}" if selectors else ""

    parts = re.split(r"(/\*.*?\*/)", css, flags=re.S)  # comments, which remain, stand at odd places
    return "".join(part if i % 2 else re.sub(r"([^{}]+)\{([^{}]*)\}", keep, part) for i, part in enumerate(parts))


def make_lean(app: Sphinx, exception: Exception | None) -> None:
    """Shorten the theme's style sheets and remove the script."""
    if exception or app.builder.format != "html":
        return
    static = Path(app.outdir, "_static")
    for path in static.glob("scripts/fontawesome.js*"):
        path.unlink()
    words = set()
    for path in [*Path(app.outdir).rglob("*.html"), *static.rglob("*.js")]:
        words.update(re.findall(r"[\w-]+", path.read_text("utf-8")))
    for path in static.glob("styles/*.css"):
        path.write_text(drop_unused_rules(path.read_text("utf-8"), words), "utf-8")


def setup(app: Sphinx) -> dict[str, bool]:
    """Run when all is written, before ``web_fonts`` looks which icons are left."""
    app.connect("build-finished", make_lean, priority=400)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
