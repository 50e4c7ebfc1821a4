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


def scored(row: int) -> Difference:
    """Compare weights and average of the nets: fresh loss, fresh accuracy, training loss."""
    scores = names_after_running(AVERAGING)["scores"]
    difference = paired_difference(scores["weights"][row], scores["average"][row])
    assert difference.pairs == 10
    return difference


def test_average_lowers_the_fresh_loss():
    assert scored(0).is_clear and scored(0).mean > 0


def test_accuracy_is_not_clear():
    assert not scored(1).is_clear


def test_average_lowers_the_training_loss():
    assert scored(2).is_clear and scored(2).mean > 0


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


def clearly_larger(first, second):
    difference = paired_difference(first, second)
    return difference.pairs == 10 and difference.is_clear and difference.mean > 0


def without_clear_difference(first, second):
    difference = paired_difference(first, second)
    return difference.pairs == 10 and not difference.is_clear


def regularization():
    return names_after_running("4_4_regularization.ipynb")


def test_penalty_helps_the_listing():
    assert clearly_larger(regularization()["fresh_l2"], regularization()["fresh"])


def test_penalty_costs_nothing_on_seen_points():
    assert without_clear_difference(regularization()["seen_l2"], regularization()["seen"])


def test_a_better_start_helps_the_listing():
    assert clearly_larger(regularization()["fresh_he"], regularization()["fresh"])


def test_penalty_adds_nothing_to_a_better_start():
    assert without_clear_difference(regularization()["fresh_he_l2"], regularization()["fresh_he"])


def test_penalty_lowers_the_squared_error():
    assert clearly_larger(regularization()["error_he"], regularization()["error_he_l2"])


def test_penalty_helps_few_noisy_points():
    names = regularization()
    assert clearly_larger(names["on_fresh"], names["no_penalty"])
    # Judged on points that neither trained a network nor chose a strength.
    for seed in range(10):
        seen, held_out, fresh, _ = names["noisy_disk"](seed)
        rows = [set(map(tuple, x)) for x, _ in (seen, held_out, fresh)]
        assert [len(each) for each in rows] == [60, 60, 5000] and len(set.union(*rows)) == 5120


def test_penalty_learns_fewer_wrong_labels():
    assert clearly_larger(regularization()["learned_without"], regularization()["learned_chosen"])


def test_few_examples_matter_more_than_noise():
    gains = regularization()["gains"]
    assert clearly_larger(gains[60, 0.0], gains[600, 0.1])


def test_the_gain_shrinks_with_more_points():
    gains = regularization()["gains"]
    assert clearly_larger(gains[60, 0.0], gains[600, 0.0]) and clearly_larger(gains[60, 0.1], gains[600, 0.1])


def test_no_gain_with_many_clean_points():
    assert without_clear_difference(regularization()["gains"][600, 0.0], [0] * 10)


def test_more_points_beat_the_penalty():
    shares = regularization()["shares_of"]
    assert clearly_larger(shares[600, 0.1, 0.0], shares[60, 0.1, 0.01])


def test_no_clear_gain_over_stopping_early():
    assert without_clear_difference(regularization()["on_fresh"], regularization()["stopped"])


def test_proximal_steps_give_zeros():
    names = regularization()
    assert max(names["zeros_gradient"]) == 0 and min(names["zeros_proximal"]) >= 15
    assert clearly_larger(names["zeros_proximal"], names["zeros_gradient"])


def test_twice_lambda_is_none():
    assert without_clear_difference(regularization()["fresh_twice"], regularization()["fresh"])


def test_claims_and_tests_match_one_to_one():
    pages = sorted([*BOOK.glob("*.ipynb"), *BOOK.glob("*.md")])
    claims = [claim for page in pages for claim in re.findall(r"<!-- claim: (\w+) -->", page.read_text())]
    tests = [name.removeprefix("test_") for name in globals() if name.startswith("test_")]
    tests.remove("claims_and_tests_match_one_to_one")
    assert sorted(claims) == sorted(tests)
