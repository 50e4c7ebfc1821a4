"""Each switch of the template changes its own term and nothing else; all off is plain SGD to the bit."""

import io
import sys
from dataclasses import replace

import numpy as np
import pytest

from nnopt_course import datasets, losses, network, training
from nnopt_course.template import forward, generateds
from nnopt_course.template.backward import backward
from nnopt_course.template.settings import Settings

OFF = Settings(optimizer="sgd", decay=False, penalty="off", average=False, learning_rate=0.01, steps=50)


def test_all_off_is_plain_sgd_to_the_bit():
    def plain(parameters, x, y):
        return losses.mean_squared_error(y, network.dense(parameters, x))

    parameters = network.initial_parameters((2, 11, 1), seed=0, initializer="notes")
    expected = training.train(plain, parameters, datasets.disk(), steps=50, batch_size=30, learning_rate=0.01)
    run = backward(OFF)
    assert [w.tolist() for w in run.parameters] == [w.tolist() for w in expected.final]
    assert run.history.loss.tolist() == expected.loss.tolist()
    assert run.shadows == [] and list(run.held_out) == ["weights"]


def equal(first, second):
    return [np.array_equal(a, b) for a, b in zip(first.parameters, second.parameters, strict=True)]


def test_decay_changes_the_rate_and_nothing_on_the_first_stair():
    for steps, same in [(10, True), (11, False)]:
        off = backward(replace(OFF, steps=steps))
        on = backward(replace(OFF, steps=steps, decay=True, decay_rate=0.5))
        assert all(equal(on, off)) is same
        assert on.history.learning_rate[-1] == (0.01 if same else 0.005)
    longer = backward(replace(OFF, steps=11, decay=True, decay_rate=0.5, decay_steps=11))
    assert all(equal(longer, off))


@pytest.mark.parametrize(("penalty", "slope"), [("l1", np.sign), ("l2", lambda w: w)])
def test_a_penalty_pulls_at_weights_and_not_at_biases(penalty, slope):
    off, on = backward(replace(OFF, steps=1)), backward(replace(OFF, steps=1, penalty=penalty, strength=0.25))
    start = forward.initial_parameters((2, 11, 1), seed=0)
    for i in (0, 2):  # numbers around 1, subtracted once: a few units of 2e-16
        pull = (off.parameters[i] - on.parameters[i]) / 0.01
        np.testing.assert_allclose(pull, 0.25 * slope(start[i]), rtol=0, atol=1e-13)
    assert equal(on, off) == [False, True, False, True]
    assert on.history.held_out_loss[-1] != off.history.held_out_loss[-1]
    # The penalty is part of the loss on the data, and of no other.
    x, y = on.data.test
    assert on.held_out["weights"]["loss"] == float(losses.mean_squared_error(y, forward.forward(on.parameters, x)))


def test_a_penalty_of_strength_zero_changes_nothing():
    assert all(equal(backward(replace(OFF, penalty="l2", strength=0)), backward(OFF)))


def test_an_average_only_watches():
    off, on = backward(OFF), backward(replace(OFF, average=True))
    assert all(equal(on, off))
    assert on.history.loss.tolist() == off.history.loss.tolist()
    assert not np.array_equal(on.shadows[0], on.parameters[0])
    assert on.held_out["weights"] == off.held_out["weights"] != on.held_out["shadows"]
    still = backward(replace(OFF, average=True, average_decay=0))
    assert [s.tolist() for s in still.shadows] == [w.tolist() for w in still.parameters]


def test_an_optimizer_changes_the_step_and_not_the_gradient():
    sgd, momentum, adam = (backward(replace(OFF, steps=1, optimizer=name)) for name in ("sgd", "momentum", "adam"))
    start = forward.initial_parameters((2, 11, 1), seed=0)
    for w, plain, fast, other in zip(start, sgd.parameters, momentum.parameters, adam.parameters, strict=True):
        # Momentum starts at velocity 0. The compiler rounds w - rate * g once, and w + v twice.
        np.testing.assert_allclose(fast, plain, rtol=0, atol=1e-15)
        # Adam's first step is the rate times the sign; its epsilon takes 3e-7 / |g| of that.
        moved = abs(plain - w) > 1e-4
        np.testing.assert_allclose((other - w)[moved], 0.01 * np.sign(plain - w)[moved], rtol=1e-4)
    assert not all(equal(backward(replace(OFF, optimizer="momentum")), backward(OFF)))


def test_a_bar_is_drawn_when_asked_for(monkeypatch):
    terminal = io.StringIO()
    monkeypatch.setattr(terminal, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(sys, "stderr", terminal)
    backward(OFF)
    assert terminal.getvalue() == ""
    backward(OFF, progress=True)
    assert "50/50" in terminal.getvalue()


def test_shuffling_changes_which_examples_come_together():
    on = replace(OFF, shuffle_seed=3)
    runs = [backward(s) for s in (OFF, on, on, replace(on, shuffle_seed=4))]
    assert all(equal(runs[1], runs[2]))
    assert not any(equal(runs[0], runs[1])) and not any(equal(runs[1], runs[3]))
    whole = [backward(replace(s, batch_size=300, steps=5)) for s in (OFF, on)]
    for a, b in zip(whole[0].parameters, whole[1].parameters, strict=True):  # sums of 300 numbers in another order
        np.testing.assert_allclose(a, b, rtol=0, atol=1e-14)


def test_the_seed_and_the_layers_set_the_start():
    start = network.initial_parameters((2, 5, 3, 1), seed=4, initializer="notes")
    got = forward.initial_parameters((2, 5, 3, 1), seed=4)
    assert [w.tolist() for w in got] == [w.tolist() for w in start]
    run = backward(replace(OFF, hidden=(5, 3), seed=4, steps=1, learning_rate=1e-30))
    assert [w.tolist() for w in run.parameters] == [w.tolist() for w in start]
    assert [w.shape for w in backward(replace(OFF, hidden=(), steps=1)).parameters] == [(2, 1), (1,)]


def test_the_dtype_is_that_of_all():
    run = backward(replace(OFF, dtype="float32", average=True))
    assert {w.dtype for w in (*run.parameters, *run.shadows, *run.data.train, *run.data.test)} == {np.dtype("float32")}
    # Fifty updates of numbers around 1 in single precision, whose unit is 1e-7.
    np.testing.assert_allclose(run.parameters[0], backward(OFF).parameters[0], rtol=0, atol=1e-5)


def test_fifty_and_fifty_updates_are_a_hundred_to_the_bit(tmp_path):
    settings = Settings(steps=100, average=True, record_every=30, shuffle_seed=5)
    whole = backward(settings)
    backward(replace(settings, steps=50), checkpoint=tmp_path / "run.npz")
    resumed = backward(settings, checkpoint=tmp_path / "run.npz")
    for name in ("parameters", "shadows"):
        assert [w.tolist() for w in getattr(resumed, name)] == [w.tolist() for w in getattr(whole, name)]
    for name in ("step", "learning_rate", "loss", "held_out_loss"):
        assert getattr(resumed.history, name).tolist() == getattr(whole.history, name).tolist()
    assert resumed.held_out == whole.held_out


# Data ---------------------------------------------------------------------------------------------------------------


def test_the_points_are_those_of_the_listing_and_a_thousand_more():
    random = np.random.RandomState(2)
    points = random.randn(300, 2)  # as the listing draws them
    labels = [int(x0 * x0 + x1 * x1 < 2) for (x0, x1) in points]
    train, test = generateds.generateds()
    assert train.x.tolist() == points.tolist()
    assert train.y.tolist() == [[y] for y in labels]
    assert test.x.tolist() == random.randn(1000, 2).tolist()
    ids = generateds.generateds(class_ids=True)
    assert ids.train.y.tolist() == labels and ids.train.y.dtype == np.int64
    assert ids.test.x.tolist() == test.x.tolist()


def test_the_digits_are_all_there_once_and_each_class_has_its_share():
    from sklearn.datasets import load_digits

    x, y = load_digits(return_X_y=True)
    train, test = generateds.generateds("digits", class_ids=True)
    rows = np.concatenate([np.c_[part.x * 16, part.y] for part in (train, test)])
    assert sorted(map(tuple, rows)) == sorted(map(tuple, np.c_[x, y]))
    assert len(train.x) == 1500 and len(test.x) == 297
    # 297 of 1797, rounded up or down in each class
    assert np.abs(np.bincount(test.y) - np.bincount(y) * 297 / 1797).max() < 1
    for part, ids in zip(generateds.generateds("digits", dtype="float32"), (train, test), strict=True):
        assert part.x.dtype == part.y.dtype == np.float32
        assert np.argwhere(part.y).tolist() == [[row, digit] for row, digit in enumerate(ids.y)]
        assert forward.class_of(part.y).tolist() == forward.class_of(ids.y).tolist() == ids.y.tolist()


def test_half_is_blue():
    assert forward.class_of([[0.5], [np.nextafter(0.5, 1)]]).tolist() == [0, 1]


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"data": "cats"}, ValueError, "data must be one of 'disk', 'digits', got 'cats'"),
        ({"class_ids": 1}, TypeError, "class_ids must be True or False, got 1"),
        ({"data": "digits", "class_ids": 1}, TypeError, "class_ids must be True or False, got 1"),
        ({"dtype": "int32"}, ValueError, "dtype must be floating, got int32"),
    ],
)
def test_wrong_arguments_for_the_data_are_refused(change, error, message):
    with pytest.raises(error, match=f"^{message}"):
        generateds.generateds(**change)
