"""What the tests of claims share: to run a page's own cells, and to judge the results that they leave behind."""

import functools
from pathlib import Path

import nbformat

from nnopt_course.comparison import Difference, paired_difference

BOOK = Path(__file__).parents[1] / "book"


@functools.cache
def names_after_running(page: str) -> dict:
    """Run all code cells of a chapter in one namespace and return it."""
    names = {}
    for cell in nbformat.read(BOOK / page, as_version=4).cells:
        if cell.cell_type == "code":
            exec(compile(cell.source, f"{page}:{cell.id}", "exec"), names)
    return names


def over_ten_seeds(first, second) -> Difference:
    difference = paired_difference(first, second)
    assert difference.pairs == 10
    return difference


def clearly_larger(first, second) -> bool:
    difference = over_ten_seeds(first, second)
    return difference.is_clear and difference.mean > 0


def not_clear(first, second) -> bool:
    return not over_ten_seeds(first, second).is_clear
