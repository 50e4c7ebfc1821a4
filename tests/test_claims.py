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


RATES = "4_2_learning_rate.ipynb"


def assert_larger(larger: str, smaller: str, page: str = RATES):
    difference = compared(page, larger, smaller)
    assert difference.is_clear and difference.mean > 0


def test_the_floor_grows_with_the_rate():
    assert_larger("high_floor", "low_floor")


def test_rounds_are_quieter_than_draws():
    assert_larger("low_floor", "quiet_floor")
    names = names_after_running(RATES)
    assert sum(names["quiet_floor"]) < sum(names["low_floor"]) / 3  # "less than a third"


def test_decay_without_noise_only_slows():
    assert_larger("with_decay", "with_constant")


def test_decay_lowers_the_floor():
    assert_larger("undecayed", "decayed")


def test_a_hasty_decay_ends_farther():
    assert_larger("hasty", "undecayed")


def test_three_schedules_do_not_differ_clearly():
    for pair in [("constant", "exponential"), ("constant", "cosine"), ("exponential", "cosine")]:
        assert not compared(RATES, *pair).is_clear


def test_a_late_fall_is_better_here():
    for other in ("constant", "exponential", "cosine"):
        assert_larger(other, "stable")


def test_the_start_is_steeper_than_after_warmup():
    assert_larger("at_start", "after_warmup")


def test_warmup_helps_a_large_rate():
    assert_larger("large_without", "large_warmed")


def test_a_small_rate_needs_no_warmup():
    assert not compared(RATES, "small_without", "small_warmed").is_clear


def test_claims_and_tests_match_one_to_one():
    pages = sorted([*BOOK.glob("*.ipynb"), *BOOK.glob("*.md")])
    claims = [claim for page in pages for claim in re.findall(r"<!-- claim: (\w+) -->", page.read_text())]
    tests = [name.removeprefix("test_") for name in globals() if name.startswith("test_")]
    tests.remove("claims_and_tests_match_one_to_one")
    assert sorted(claims) == sorted(tests)
