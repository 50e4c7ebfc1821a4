"""Citations and the bibliography call a work by one label: "Goodfellow et al., 2016", or its ``shorthand``, "Notes"."""

import unicodedata
from collections.abc import Iterable, Iterator

from pybtex.database import Entry
from pybtex.plugin import register_plugin
from pybtex.style.formatting.plain import Style as PlainStyle
from pybtex.style.labels import BaseLabelStyle
from pybtex.style.sorting import BaseSortingStyle
from pybtex.style.template import Node, field, first_of, optional
from sphinx.application import Sphinx
from sphinxcontrib.bibtex.plugin import register_plugin as register_bibtex_plugin
from sphinxcontrib.bibtex.style.referencing.author_year import AuthorYearReferenceStyle
from sphinxcontrib.bibtex.style.template import reference


def names(entry: Entry) -> list[str]:
    """Return the last names of the authors."""
    people = [person.rich_prelast_names + person.rich_last_names for person in entry.persons["author"]]
    return [" ".join(map(str, parts)) for parts in people]


class Alphabet(BaseSortingStyle):
    """By the authors' names as one reads them, without accents and capitals, then by the year."""

    def sorting_key(self, entry: Entry) -> tuple[str, str]:
        """Return what a work is sorted by."""
        decomposed = unicodedata.normalize("NFKD", " ".join(names(entry)).casefold())
        return decomposed.encode("ascii", "ignore").decode(), entry.fields.get("year", "")


class Labels(BaseLabelStyle):
    """Last names of one or two authors, or the first and "et al.", with the year."""

    def format_labels(self, sorted_entries: Iterable[Entry]) -> Iterator[str]:
        """Yield one label for each entry, in order."""
        for entry in sorted_entries:
            people = names(entry)
            who = " and ".join(people) if len(people) < 3 else f"{people[0]} et al."
            yield entry.fields.get("shorthand") or f"{who}, {entry.fields['year']}"


class Works(PlainStyle):
    """Pybtex's plain style in this order and under these labels."""

    default_label_style = Labels
    default_sorting_style = Alphabet


def shortened(node: Node) -> Node:
    """Return a part of a citation in which the shorthand, if there is one, stands for what would be linked."""
    if node.name == "reference":
        return reference[first_of[optional[field("shorthand", raw=True)], *node.children]]
    node.children = [shortened(child) if isinstance(child, Node) else child for child in node.children]
    return node


class Citations(AuthorYearReferenceStyle):
    """Author and year, or the shorthand."""

    def inner(self, role_name: str) -> Node:
        """Return the template of one work."""
        return shortened(super().inner(role_name))


def setup(app: Sphinx) -> dict[str, bool]:
    """Make both styles available as ``shorthand_or_author_year``."""
    register_plugin("pybtex.style.formatting", "shorthand_or_author_year", Works)
    register_bibtex_plugin("sphinxcontrib.bibtex.style.referencing", "shorthand_or_author_year", Citations)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
