"""The claims of chapter 4.3 on moving averages of the weights are true."""

import functools

from claims import clearly_larger, names_after_running, not_clear, over_ten_seeds

averages = functools.partial(names_after_running, "4_3_moving_average.ipynb")


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


def test_average_is_more_accurate_where_its_loss_is_lower():
    for setting in [("moons", 0.5), ("digits", 0.1)]:
        weights, average = scored(1, *setting)
        assert clearly_larger(average, weights)
        assert 0.005 < over_ten_seeds(average, weights).mean < 0.01  # "almost one percent"
    assert not_clear(*scored(1, "moons", 0.1))


def test_average_lowers_the_training_loss():
    for setting in [("moons", 0.5), ("digits", 0.1)]:
        assert clearly_larger(*scored(2, *setting))
    assert not_clear(*scored(2, "moons", 0.1))  # "in these two settings"


def test_a_decayed_rate_is_nearer_at_rate_1():
    assert clearly_larger(averages()["constant"][1.0], averages()["decayed"][1.0])


def test_a_decayed_rate_is_nearer_on_opt4_2():
    assert clearly_larger(averages()["averaged"], averages()["last_decayed"])


def test_not_clear_at_rates_between():
    for rate in (0.1, 0.3):
        assert not_clear(averages()["constant"][rate], averages()["decayed"][rate])


def test_average_is_nearer_at_a_small_rate():
    assert clearly_larger(averages()["decayed"][0.03], averages()["constant"][0.03])
