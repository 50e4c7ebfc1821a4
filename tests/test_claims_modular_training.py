"""The claims of chapter 4.5 on the modular template are true."""

import functools

import numpy as np
from claims import clearly_larger, names_after_running, not_clear

page = functools.partial(names_after_running, "4_5_modular_training.ipynb")


def scores(name, what="accuracy", of="weights"):
    """Return what ten runs of the page scored on the examples held out."""
    runs = page()[name]
    assert [run.data.test.x.shape[0] for run in runs] == [1000 if runs[0].data.test.x.shape[1] == 2 else 297] * 10
    return [run.held_out[of][what] for run in runs]


def test_the_fixed_clock_trains_less_far():
    fixed, stuck = ([run.history.loss[-1] for run in page()[name]] for name in ("ticking", "stuck"))
    assert clearly_larger(fixed, stuck)


def test_the_clock_changes_no_held_out_loss():
    assert not_clear(scores("ticking", "loss"), scores("stuck", "loss"))


def test_penalty_helps_on_the_held_out_points():
    assert clearly_larger(scores("ticking"), scores("no_penalty"))


def test_lambda_twice_is_no_penalty():
    assert not_clear(scores("twice"), scores("no_penalty"))


def test_decay_alone_costs_loss_on_these_points():
    assert clearly_larger(scores("no_penalty", "loss"), scores("neither", "loss"))


def test_the_average_adds_nothing_after_decay():
    assert not_clear(scores("ticking", of="shadows"), scores("ticking"))
    assert max(np.abs(np.subtract(scores("ticking", "loss", "shadows"), scores("ticking", "loss")))) < 1e-5


def test_penalty_helps_on_new_points():
    assert clearly_larger(page()["fresh"]["both"]["accuracy"], page()["fresh"]["decay"]["accuracy"])


def test_decay_alone_is_not_clear_on_new_points():
    assert not_clear(page()["fresh"]["decay"]["loss"], page()["fresh"]["neither"]["loss"])


def test_penalty_changes_no_accuracy_on_the_digits():
    assert not_clear(scores("penalized"), scores("unpenalized"))


def test_average_changes_no_accuracy_on_the_digits():
    assert not_clear(scores("penalized", of="shadows"), scores("penalized"))


def loss_of_digits(name, update):
    """Return the held-out losses of ten runs after some updates, without the penalty."""
    runs = page()[name]
    return [run.history.held_out_loss[run.history.step.tolist().index(update)] for run in runs]


def test_penalty_leads_early_on_the_digits():
    assert clearly_larger(loss_of_digits("unpenalized", 3001), loss_of_digits("penalized", 3001))


def test_penalty_trails_late_on_the_digits():
    assert clearly_larger(loss_of_digits("penalized", 10_000), loss_of_digits("unpenalized", 10_000))
