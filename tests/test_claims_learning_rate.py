"""The claims of chapter 4.2 on learning rates are true."""

import functools

from claims import clearly_larger, names_after_running, not_clear

rates = functools.partial(names_after_running, "4_2_learning_rate.ipynb")


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
