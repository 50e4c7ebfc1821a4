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


def over_ten_seeds(first, second) -> Difference:
    difference = paired_difference(first, second)
    assert difference.pairs == 10
    return difference


def clearly_larger(first, second) -> bool:
    difference = over_ten_seeds(first, second)
    return difference.is_clear and difference.mean > 0


def not_clear(first, second) -> bool:
    return not over_ten_seeds(first, second).is_clear


losses = functools.partial(names_after_running, "4_1_loss_functions.ipynb")
rates = functools.partial(names_after_running, "4_2_learning_rate.ipynb")
averages = functools.partial(names_after_running, "4_3_moving_average.ipynb")
penalties = functools.partial(names_after_running, "4_4_regularization.ipynb")


# 4.1 Loss functions -------------------------------------------------------------------------------------------------


def test_longer_training_is_nearer():
    assert clearly_larger(losses()["after_20000"], losses()["after_200000"])


def test_cross_entropy_leaves_saturation():
    assert clearly_larger(losses()["with_entropy"], losses()["with_mse"])
    assert max(losses()["with_mse"]) < 0.5  # "far worse than a coin"


def test_own_loss_loses_less():
    assert clearly_larger(losses()["lost_by_mse"], losses()["lost_by_money"])


def test_a_large_rate_costs_more():
    assert clearly_larger(losses()["too_fast"], losses()["lost_by_mse"])


# 4.2 Learning rate --------------------------------------------------------------------------------------------------


def test_the_floor_grows_with_the_rate():
    assert clearly_larger(rates()["high_floor"], rates()["low_floor"])


def test_rounds_are_quieter_than_draws():
    assert clearly_larger(rates()["low_floor"], rates()["quiet_floor"])
    assert sum(rates()["quiet_floor"]) < sum(rates()["low_floor"]) / 3  # "less than a third"


def test_decay_without_noise_only_slows():
    assert clearly_larger(rates()["with_decay"], rates()["with_constant"])


def test_decay_lowers_the_floor():
    assert clearly_larger(rates()["undecayed"], rates()["decayed"])


def test_a_hasty_decay_ends_farther():
    assert clearly_larger(rates()["hasty"], rates()["undecayed"])


def test_three_schedules_do_not_differ_clearly():
    for first, second in [("constant", "exponential"), ("constant", "cosine"), ("exponential", "cosine")]:
        assert not_clear(rates()[first], rates()[second])


def test_a_late_fall_is_better_here():
    for other in ("constant", "exponential", "cosine"):
        assert clearly_larger(rates()[other], rates()["stable"])


def test_the_start_is_steeper_than_after_warmup():
    assert clearly_larger(rates()["at_start"], rates()["after_warmup"])


def test_warmup_helps_a_large_rate():
    assert clearly_larger(rates()["large_without"], rates()["large_warmed"])


def test_a_small_rate_needs_no_warmup():
    assert not_clear(rates()["small_without"], rates()["small_warmed"])


# 4.3 Moving average of the weights ----------------------------------------------------------------------------------


def test_average_is_nearer_on_opt4_2():
    assert clearly_larger(averages()["last"], averages()["averaged"])


def test_not_clear_on_opt4_2_later():
    assert not_clear(averages()["last_later"], averages()["averaged_later"])
    moved = averages()["averaged"].mean() - averages()["averaged_later"].mean()
    assert abs(moved) < 2e-4  # "the average has not moved"


def test_a_smaller_rate_moves_the_center():
    assert clearly_larger(averages()["averaged_later"], averages()["averaged_slow"])


def test_average_is_nearer_on_the_classifier():
    weights, average = averages()["weights_at"], averages()["average_at"]
    assert clearly_larger(weights[1.0, 0.99], average[1.0, 0.99])


def test_a_longer_memory_is_nearer():
    average = averages()["average_at"]
    assert clearly_larger(average[1.0, 0.99], average[1.0, 0.999])


def test_a_short_memory_does_nothing_clear():
    weights, average = averages()["weights_at"], averages()["average_at"]
    for key in [(1.0, 0.9), (0.03, 0.99)]:
        assert not_clear(weights[key], average[key])


def scored(score: int, data: str, rate: float) -> tuple:
    """Return what weights and average of a network score: fresh loss (0), fresh accuracy (1) or training loss (2)."""
    return tuple(averages()["scores"][data, rate][score])


def test_average_lowers_the_fresh_loss():
    for setting in [("moons", 0.5), ("digits", 0.1)]:
        assert clearly_larger(*scored(0, *setting))
    assert not_clear(*scored(0, "moons", 0.1))


def test_average_is_more_accurate_on_digits():
    weights, average = scored(1, "digits", 0.1)
    assert clearly_larger(average, weights)
    assert 0.005 < over_ten_seeds(average, weights).mean < 0.01  # "almost one percent"
    for rate in (0.5, 0.1):
        assert not_clear(*scored(1, "moons", rate))


def test_average_lowers_the_training_loss():
    for setting in [("moons", 0.5), ("digits", 0.1)]:
        assert clearly_larger(*scored(2, *setting))
    assert not_clear(*scored(2, "moons", 0.1))  # "in the same two settings"


def test_a_decayed_rate_is_nearer_at_rate_1():
    assert clearly_larger(averages()["constant"][1.0], averages()["decayed"][1.0])


def test_a_decayed_rate_is_nearer_on_opt4_2():
    assert clearly_larger(averages()["averaged"], averages()["last_decayed"])


def test_not_clear_at_rates_between():
    for rate in (0.1, 0.3):
        assert not_clear(averages()["constant"][rate], averages()["decayed"][rate])


def test_average_is_nearer_at_a_small_rate():
    assert clearly_larger(averages()["decayed"][0.03], averages()["constant"][0.03])


# 4.4 Regularization -------------------------------------------------------------------------------------------------


def test_penalty_helps_the_listing():
    assert clearly_larger(penalties()["fresh_l2"], penalties()["fresh"])


def test_penalty_costs_nothing_on_seen_points():
    assert not_clear(penalties()["seen_l2"], penalties()["seen"])


def test_a_better_start_helps_the_listing():
    assert clearly_larger(penalties()["fresh_he"], penalties()["fresh"])


def test_penalty_adds_nothing_to_a_better_start():
    assert not_clear(penalties()["fresh_he_l2"], penalties()["fresh_he"])


def test_penalty_lowers_the_squared_error():
    assert clearly_larger(penalties()["error_he"], penalties()["error_he_l2"])


def test_penalty_helps_few_noisy_points():
    names = penalties()
    assert clearly_larger(names["on_fresh"], names["no_penalty"])
    # Judged on points that neither trained a network nor chose a strength.
    for seed in range(10):
        seen, held_out, fresh, _ = names["noisy_disk"](seed)
        rows = [set(map(tuple, x)) for x, _ in (seen, held_out, fresh)]
        assert [len(each) for each in rows] == [60, 60, 5000] and len(set.union(*rows)) == 5120


def test_penalty_learns_fewer_wrong_labels():
    assert clearly_larger(penalties()["learned_without"], penalties()["learned_chosen"])


def test_few_examples_matter_more_than_noise():
    gains = penalties()["gains"]
    assert clearly_larger(gains[60, 0.0], gains[600, 0.1])


def test_the_gain_shrinks_with_more_points():
    gains = penalties()["gains"]
    assert clearly_larger(gains[60, 0.0], gains[600, 0.0]) and clearly_larger(gains[60, 0.1], gains[600, 0.1])


def test_no_gain_with_many_clean_points():
    assert not_clear(penalties()["gains"][600, 0.0], [0] * 10)


def test_more_points_beat_the_penalty():
    shares = penalties()["shares_of"]
    assert clearly_larger(shares[600, 0.1, 0.0], shares[60, 0.1, 0.01])


def test_no_clear_gain_over_stopping_early():
    assert not_clear(penalties()["on_fresh"], penalties()["stopped"])


def test_proximal_steps_give_zeros():
    names = penalties()
    assert max(names["zeros_gradient"]) == 0 and min(names["zeros_proximal"]) >= 15
    assert clearly_larger(names["zeros_proximal"], names["zeros_gradient"])


def test_twice_lambda_is_none():
    assert not_clear(penalties()["fresh_twice"], penalties()["fresh"])


def test_claims_and_tests_match_one_to_one():
    pages = sorted([*BOOK.glob("*.ipynb"), *BOOK.glob("*.md")])
    claims = [claim for page in pages for claim in re.findall(r"<!-- claim: (\w+) -->", page.read_text())]
    tests = [name.removeprefix("test_") for name in globals() if name.startswith("test_")]
    tests.remove("claims_and_tests_match_one_to_one")
    assert sorted(set(claims)) == sorted(tests)  # a summary may name a claim again
