"""The claims of chapter 4.1 on loss functions are true."""

import functools

from claims import clearly_larger, names_after_running

losses = functools.partial(names_after_running, "4_1_loss_functions.ipynb")


def test_longer_training_is_nearer():
    assert clearly_larger(losses()["after_20000"], losses()["after_200000"])


def test_cross_entropy_leaves_saturation():
    assert clearly_larger(losses()["with_entropy"], losses()["with_mse"])
    assert max(losses()["with_mse"]) < 0.5  # "far worse than a coin"


def test_own_loss_loses_less():
    assert clearly_larger(losses()["lost_by_mse"], losses()["lost_by_money"])


def test_a_large_rate_costs_more():
    assert clearly_larger(losses()["too_fast"], losses()["lost_by_mse"])
