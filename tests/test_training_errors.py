"""What ``training.train`` refuses, and how it reports a run whose loss stops being finite."""

import math
import re

import numpy as np
import pytest

from nnopt_course import datasets, losses, optimizers, training
from nnopt_course._tensorflow import tf

W, DATA = np.zeros((2, 1)), datasets.yogurt()


def line(parameters, x, y):
    return losses.mean_squared_error(y, x @ parameters[0])


def bowl(parameters):
    return (parameters[0] + 1) ** 2


def vector(parameters):
    return parameters[0] * tf.ones(3, tf.float64)


def single(parameters):
    return tf.cast(parameters[0], tf.float32)


def constant(parameters):
    return tf.constant(3, tf.float64)


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"steps": 0}, ValueError, "steps must be at least 1, got 0"),
        ({"steps": 2.0}, TypeError, r"steps must be an integer, got 2\.0"),
        ({"steps": 2**53 + 1}, ValueError, "steps must be at most 9007199254740992, got 9007199254740993"),
        ({"learning_rate": 0}, ValueError, "learning_rate must be finite and above 0, got 0"),
        ({"learning_rate": -0.1}, ValueError, r"learning_rate must be finite and above 0, got -0\.1"),
        ({"learning_rate": math.nan}, ValueError, "learning_rate must be finite and above 0, got nan"),
        ({"learning_rate": "0.1"}, TypeError, r"learning_rate must be a number, got '0\.1'"),
        ({"record_every": 0}, ValueError, "record_every must be at least 1, got 0"),
        ({"record_every": 1.5}, TypeError, r"record_every must be an integer, got 1\.5"),
        ({"batch_size": 0}, ValueError, "batch_size must be at least 1, got 0"),
        ({"batch_size": 8.0}, TypeError, r"batch_size must be an integer, got 8\.0"),
        ({"batch_size": 33}, ValueError, "batch_size must be at most the 32 examples, got 33"),
        ({"parameters": W}, TypeError, "parameters must be a list or tuple of arrays, got ndarray"),
        ({"parameters": 0.5}, TypeError, "parameters must be a list or tuple of arrays, got float"),
        ({"parameters": [None]}, TypeError, r"parameters\[0\] must be an array of numbers, got None"),
        ({"parameters": ["0.5"]}, TypeError, r"parameters\[0\] must be an array of numbers, got strings"),
        ({"parameters": [[[0.0], [0.0, 1.0]]]}, TypeError, r"parameters\[0\] must be an array of numbers, got \[\["),
        ({"data": DATA.x}, TypeError, "data must be a list or tuple of arrays, got ndarray"),
        ({"data": [DATA.x, None]}, TypeError, r"data\[1\] must be an array of numbers, got None"),
        ({"held_out": DATA.x}, TypeError, "held_out must be a list or tuple of arrays, got ndarray"),
        ({"parameters": []}, ValueError, "parameters must hold at least one array, got none"),
        ({"parameters": [np.zeros((2, 1), int)]}, TypeError, "one floating dtype, got int64 for the first"),
        ({"parameters": [W, np.float32(0)]}, TypeError, "got float64 for the first and float32 for number 2"),
        ({"data": datasets.yogurt(dtype=np.float32)}, TypeError, r"data\[0\] must have the .* float64, got float32"),
        ({"data": [DATA.x, DATA.y[:5]]}, ValueError, r"equally many rows, got shapes \[\(32, 2\), \(5, 1\)\]"),
        ({"data": [DATA.x, np.float64(1)]}, ValueError, r"one row per example .* got shapes \[\(32, 2\), \(\)\]"),
        ({"data": [DATA.x[:0], DATA.y[:0]]}, ValueError, r"one row per example .* got shapes \[\(0, 2\), \(0, 1\)\]"),
        ({"parameters": [W, W]}, ValueError, r"got no gradient for parameters\[1\]"),
        ({"parameters": [np.zeros((2, 3))]}, ValueError, r"y_true and y_pred must have the same shape"),
    ],
)
def test_a_wrong_argument_is_refused_with_its_value(change, error, message):
    arguments = {"parameters": [W], "data": DATA, "steps": 3, "learning_rate": 0.1, "batch_size": 8} | change
    with pytest.raises(error, match=message):
        training.train(line, arguments.pop("parameters"), arguments.pop("data"), **arguments)


@pytest.mark.parametrize("rate", [1e-50, 1e39])
def test_a_rate_that_float32_cannot_hold_is_refused(rate):
    with pytest.raises(ValueError, match=re.escape(f"in the range of float32, got {rate!r}")):
        training.train(line, [W.astype(np.float32)], datasets.yogurt(dtype=np.float32), steps=1, learning_rate=rate)


class Unhashable(list):
    def __call__(self, parameters):
        return parameters[0]


@pytest.mark.parametrize("loss", [3.0, None, Unhashable()], ids=str)
def test_a_loss_that_is_no_hashable_function_is_refused(loss):
    with pytest.raises(TypeError, match="loss must be a hashable function, got"):
        training.train(loss, [np.float64(1)], steps=1, learning_rate=0.1)


@pytest.mark.parametrize(
    ("loss", "message"),
    [
        (vector, r"loss must return a scalar of dtype float64, got shape \(3,\) and dtype float64"),
        (single, r"loss must return a scalar of dtype float64, got shape \(\) and dtype float32"),
        (constant, r"loss must depend on every parameter .* got no gradient for parameters\[0\]"),
    ],
)
@pytest.mark.parametrize("jit", [True, False])
def test_a_loss_that_cannot_be_minimized_is_refused(loss, message, jit):
    with pytest.raises(ValueError, match=message):
        training.train(loss, [np.float64(5)], steps=3, learning_rate=0.1, jit=jit)


def test_a_batch_size_without_data_is_refused():
    with pytest.raises(ValueError, match="batch_size must be left out when there is no data, got 8"):
        training.train(bowl, [5.0], steps=3, learning_rate=0.1, batch_size=8)


def first_infinite_update(dtype, learning_rate):
    """Return the first update, counted from 1, whose loss is infinite, by NumPy."""
    w, one, update = dtype(5), dtype(1), 0
    with np.errstate(over="ignore"):
        while np.isfinite((w + one) ** 2):
            w, update = w - dtype(learning_rate) * 2 * (w + one), update + 1
    return update + 1


@pytest.mark.parametrize("jit", [True, False])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("learning_rate", [1.5, 3.5])
def test_divergence_is_reported_at_the_update_at_which_numpy_overflows(dtype, learning_rate, jit):
    expected = first_infinite_update(dtype, learning_rate)
    with pytest.raises(
        training.DivergenceError, match=rf"at update {expected} of 5000 \(batch .*lower learning_rate \(now "
    ) as e:
        training.train(bowl, [dtype(5)], steps=5000, learning_rate=learning_rate, jit=jit)
    assert isinstance(e.value, ArithmeticError)
    # Recording after every update sees the loss of the new weights at once, one update before a batch does.
    with pytest.raises(training.DivergenceError, match=f"at update {expected - 1} of 5000"):
        training.train(bowl, [dtype(5)], steps=5000, learning_rate=learning_rate, jit=jit, record_every=1)


def test_a_slot_that_overflows_behind_a_finite_loss_is_reported():
    """Adam's mean of squares is infinite, its step therefore 0, and the loss looks sound."""
    with pytest.raises(training.DivergenceError, match=r"a slot stopped being finite at update 1 of 1 \(batch 1e\+200"):
        training.train(lambda p: 1e200 * p[0], [np.float64(1)], steps=1, learning_rate=0.1, optimizer=optimizers.Adam())


@pytest.mark.parametrize("jit", [True, False])
@pytest.mark.parametrize("steps", [1, 5])
@pytest.mark.parametrize("row", [0, 31])
@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_bad_values_anywhere_in_the_data_are_reported_at_update_1(row, steps, bad, jit):
    y = DATA.y.copy()
    y[row] = bad
    with pytest.raises(
        training.DivergenceError, match=rf"at update 1 of {steps} \(.*\): .* look for bad values in the data"
    ):
        training.train(line, [W], [DATA.x, y], steps=steps, learning_rate=0.1, batch_size=8, jit=jit)


def test_a_run_that_only_just_overflows_in_its_last_update_is_reported():
    steps = first_infinite_update(np.float64, 1.5) - 1
    assert np.isfinite(training.train(bowl, [np.float64(5)], steps=steps - 1, learning_rate=1.5).loss).all()
    with pytest.raises(
        training.DivergenceError, match=rf"at update {steps} of {steps} \(batch .*e\+308, all data inf\):"
    ):
        training.train(bowl, [np.float64(5)], steps=steps, learning_rate=1.5)
