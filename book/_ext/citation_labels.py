"""The bibliography's labels read like the citations in the text: "Goodfellow et al., 2016", sorted by author."""

from collections.abc import Iterable, Iterator

from pybtex.database import Entry
from pybtex.plugin import register_plugin
from pybtex.style.formatting.plain import Style as PlainStyle
from pybtex.style.labels import BaseLabelStyle
from sphinx.application import Sphinx


class AuthorYearLabels(BaseLabelStyle):
    """Last names of one or two authors, or the first and "et al.", with the year."""

    def format_labels(self, sorted_entries: Iterable[Entry]) -> Iterator[str]:
        """Yield one label for each entry, in order."""
        for entry in sorted_entries:
            people = [person.rich_prelast_names + person.rich_last_names for person in entry.persons["author"]]
            names = [" ".join(map(str, parts)) for parts in people]
            who = " and ".join(names) if len(names) < 3 else f"{names[0]} et al."
            yield f"{who}, {entry.fields['year']}"


class AuthorYearStyle(PlainStyle):
    """Pybtex's plain style under these labels."""

    default_label_style = AuthorYearLabels


def setup(app: Sphinx) -> dict[str, bool]:
    """Make the style available as ``author_year``."""
    register_plugin("pybtex.style.formatting", "author_year", AuthorYearStyle)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
