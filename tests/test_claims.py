"""Every sentence of the book that compares two set-ups is still true.

Such a sentence carries a comment, ``<!-- claim: name -->``, on its page, and ``test_name`` stands here. The test runs
the page's own cells and judges the results they leave behind: seeds 0 to 9, a clear difference, in the direction that
the sentence says. (That the page prints these results is what ``pytest --nbval`` checks.)
"""

import functools
import re
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


def compared(page: str, larger: str, smaller: str) -> Difference:
    names = names_after_running(page)
    difference = paired_difference(names[larger], names[smaller])
    assert difference.pairs == 10
    return difference


def test_longer_training_is_nearer():
    difference = compared("4_1_loss_functions.ipynb", "after_20000", "after_200000")
    assert difference.is_clear and difference.mean > 0


def test_cross_entropy_leaves_saturation():
    difference = compared("4_1_loss_functions.ipynb", "with_entropy", "with_mse")
    assert difference.is_clear and difference.mean > 0
    assert max(names_after_running("4_1_loss_functions.ipynb")["with_mse"]) < 0.5  # "far worse than a coin"


def test_own_loss_loses_less():
    difference = compared("4_1_loss_functions.ipynb", "lost_by_mse", "lost_by_money")
    assert difference.is_clear and difference.mean > 0


def test_a_large_rate_costs_more():
    difference = compared("4_1_loss_functions.ipynb", "too_fast", "lost_by_mse")
    assert difference.is_clear and difference.mean > 0


AVERAGING = "4_3_moving_average.ipynb"


def averaged(table: str, other: str, key, other_key=None) -> Difference:
    """Compare an entry of one table of chapter 4.3 with one of another, ten seeds each."""
    names = names_after_running(AVERAGING)
    difference = paired_difference(names[table][key], names[other][key if other_key is None else other_key])
    assert difference.pairs == 10
    return difference


def test_average_is_nearer_on_opt4_2():
    difference = compared(AVERAGING, "last", "averaged")
    assert difference.is_clear and difference.mean > 0


def test_not_clear_on_opt4_2_later():
    assert not compared(AVERAGING, "last_later", "averaged_later").is_clear
    names = names_after_running(AVERAGING)
    assert abs(names["averaged"].mean() - names["averaged_later"].mean()) < 2e-4  # "the average has not moved"


def test_a_smaller_rate_moves_the_center():
    difference = compared(AVERAGING, "averaged_later", "averaged_slow")
    assert difference.is_clear and difference.mean > 0


def test_average_is_nearer_on_the_classifier():
    difference = averaged("weights_at", "average_at", (1.0, 0.99))
    assert difference.is_clear and difference.mean > 0


def test_a_longer_memory_is_nearer():
    difference = averaged("average_at", "average_at", (1.0, 0.99), (1.0, 0.999))
    assert difference.is_clear and difference.mean > 0


def test_a_short_memory_does_nothing_clear():
    for key in [(1.0, 0.9), (0.03, 0.99)]:
        assert not averaged("weights_at", "average_at", key).is_clear


def scored(score: int, data: str, rate: float) -> Difference:
    """Return average less weights of a network: fresh loss (0), fresh accuracy (1) or training loss (2)."""
    weights, average = names_after_running(AVERAGING)["scores"][data, rate][score]
    difference = paired_difference(average, weights)
    assert difference.pairs == 10
    return difference


def test_average_lowers_the_fresh_loss():
    for setting in [("moons", 0.5), ("digits", 0.1)]:
        assert scored(0, *setting).is_clear and scored(0, *setting).mean < 0
    assert not scored(0, "moons", 0.1).is_clear


def test_average_is_more_accurate_on_digits():
    difference = scored(1, "digits", 0.1)
    assert difference.is_clear and 0.005 < difference.mean < 0.01  # "almost one percent"
    for rate in (0.5, 0.1):
        assert not scored(1, "moons", rate).is_clear


def test_average_lowers_the_training_loss():
    for setting in [("moons", 0.5), ("digits", 0.1)]:
        assert scored(2, *setting).is_clear and scored(2, *setting).mean < 0
    assert not scored(2, "moons", 0.1).is_clear  # "in the same two settings"


def test_a_decayed_rate_is_nearer_at_rate_1():
    difference = averaged("constant", "decayed", 1.0)
    assert difference.is_clear and difference.mean > 0


def test_a_decayed_rate_is_nearer_on_opt4_2():
    difference = compared(AVERAGING, "averaged", "last_decayed")
    assert difference.is_clear and difference.mean > 0


def test_not_clear_at_rates_between():
    for rate in (0.1, 0.3):
        assert not averaged("constant", "decayed", rate).is_clear


def test_average_is_nearer_at_a_small_rate():
    difference = averaged("decayed", "constant", 0.03)
    assert difference.is_clear and difference.mean > 0


def test_claims_and_tests_match_one_to_one():
    pages = sorted([*BOOK.glob("*.ipynb"), *BOOK.glob("*.md")])
    claims = [claim for page in pages for claim in re.findall(r"<!-- claim: (\w+) -->", page.read_text())]
    tests = [name.removeprefix("test_") for name in globals() if name.startswith("test_")]
    tests.remove("claims_and_tests_match_one_to_one")
    assert sorted(claims) == sorted(tests)
