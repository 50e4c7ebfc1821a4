"""One number for each example: against NumPy, and against the loss of each example alone."""

from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnopt_course import losses
from nnopt_course._tensorflow import tf

EPS = np.finfo(np.float64).eps
RANDOM = np.random.RandomState(3)
IDS = RANDOM.randint(0, 4, 6)
ANSWERS, OUTPUTS = RANDOM.randn(2, 6, 4)
P, Q = RANDOM.dirichlet(np.ones(4), (2, 6))


def log_softmax(z):
    return z - np.log(np.exp(z).sum(axis=1, keepdims=True))


CASES = {  # name -> the loss, answers, outputs, what NumPy says of each example
    "mse": (losses.mean_squared_error, ANSWERS, OUTPUTS, ((OUTPUTS - ANSWERS) ** 2).mean(axis=1)),
    "cross_entropy": (losses.cross_entropy, P, Q, -(P * np.log(Q)).sum(axis=1)),
    "softmax": (losses.softmax_cross_entropy, IDS, OUTPUTS, -log_softmax(OUTPUTS)[np.arange(6), IDS]),
    "asymmetric": (
        partial(losses.asymmetric_loss, cost=1, profit=9),
        ANSWERS,
        OUTPUTS,
        (np.maximum(OUTPUTS - ANSWERS, 0) + 9 * np.maximum(ANSWERS - OUTPUTS, 0)).sum(axis=1),
    ),
}
every_loss = pytest.mark.parametrize("name", CASES)


@every_loss
def test_each_example_has_the_value_that_numpy_gives_it(name):
    loss, y_true, outputs, expected = CASES[name]
    values = loss(y_true, outputs, per_example=True)
    assert values.dtype == tf.float64
    # Four terms near 1 are summed; NumPy subtracts logarithms where the package does not.
    np.testing.assert_allclose(values, expected, rtol=20 * EPS, strict=True)


@every_loss
@given(st.data())
def test_an_example_does_not_see_the_others(name, data):
    loss, y_true, outputs, _ = CASES[name]
    rows = data.draw(st.lists(st.integers(0, 5), min_size=1, max_size=8))
    values = loss(y_true[rows], outputs[rows], per_example=True)
    assert values.shape == (len(rows),)
    for row, value in zip(rows, values, strict=True):
        # The kernels may sum four numbers in another order when the batch has another size.
        assert float(value) == pytest.approx(float(loss(y_true[[row]], outputs[[row]])), rel=4 * EPS)


@every_loss
def test_the_examples_make_up_the_loss(name):
    loss, y_true, outputs, _ = CASES[name]
    values = loss(y_true, outputs, per_example=True).numpy()
    together = values.sum() if name == "asymmetric" else values.mean()
    assert float(loss(y_true, outputs)) == pytest.approx(together, rel=30 * EPS)  # 24 terms in another order


@pytest.mark.parametrize("shape", [(5,), (5, 1), (5, 2, 3)])
def test_the_first_axis_counts_the_examples(shape):
    y_true, y_pred = RANDOM.randn(2, *shape)
    squares = ((y_pred - y_true) ** 2).reshape(5, -1)
    values = losses.mean_squared_error(y_true, y_pred, per_example=True)
    np.testing.assert_allclose(values, squares.mean(axis=1), rtol=8 * EPS, strict=True)  # six terms
    values = losses.asymmetric_loss(y_true, y_pred, cost=2, profit=2, per_example=True)
    np.testing.assert_allclose(values, 2 * np.sqrt(squares).sum(axis=1), rtol=8 * EPS, strict=True)


@pytest.mark.parametrize("jit", [False, True])
@every_loss
def test_a_graph_of_unknown_size_gives_the_examples_too(name, jit):
    loss, y_true, outputs, expected = CASES[name]
    specs = [tf.TensorSpec([None, *np.shape(value)[1:]], value.dtype) for value in (y_true, outputs)]
    graph = tf.function(partial(loss, per_example=True), input_signature=specs, jit_compile=jit)
    for size in (0, 1, 6):
        # XLA has its own exp and log, some ulp apart.
        np.testing.assert_allclose(graph(y_true[:size], outputs[:size]), expected[:size], rtol=1e-13, strict=True)


@every_loss
@pytest.mark.parametrize("flag", [None, 1, "yes"])
def test_per_example_must_be_a_truth_value(name, flag):
    loss, y_true, outputs, _ = CASES[name]
    with pytest.raises(TypeError, match=f"^per_example must be True or False, got {flag!r}$"):
        loss(y_true, outputs, per_example=flag)


@pytest.mark.parametrize("name", ["mse", "asymmetric"])
def test_a_number_has_no_axis_of_examples(name):
    with pytest.raises(ValueError, match=r"^y_pred must have an axis of examples, got shape \(\)$"):
        CASES[name][0](1.0, 2.0, per_example=True)
