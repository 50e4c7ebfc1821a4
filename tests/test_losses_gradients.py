"""Gradients of the losses: central differences, closed forms, and the ties that no random check meets."""

import numpy as np
import pytest

from nnopt_course import losses
from nnopt_course._tensorflow import tf

EPS = np.finfo(np.float64).eps
RANDOM = np.random.RandomState(0)
N, K = 5, 4
ANSWERS, OUTPUTS = RANDOM.randn(2, N, K)
P, Q = RANDOM.dirichlet(np.ones(K), (2, N))
LABELS = RANDOM.randint(0, K, N)


def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def asymmetric(y_true, y_pred):
    return losses.asymmetric_loss(y_true, y_pred, cost=1, profit=9)


CASES = [
    pytest.param(
        losses.mean_squared_error, ANSWERS, OUTPUTS, 2 * (OUTPUTS - ANSWERS) / (N * K), id="mean_squared_error"
    ),
    pytest.param(losses.cross_entropy, P, Q, -P / Q / N, id="cross_entropy"),
    pytest.param(
        losses.softmax_cross_entropy, LABELS, OUTPUTS, (softmax(OUTPUTS) - np.eye(K)[LABELS]) / N, id="softmax"
    ),
    pytest.param(asymmetric, ANSWERS, OUTPUTS, np.where(OUTPUTS > ANSWERS, 1.0, -9.0), id="asymmetric"),
]


def gradient(loss, y_true, outputs):
    outputs = tf.constant(outputs)
    with tf.GradientTape() as tape:
        tape.watch(outputs)
        value = loss(y_true, outputs)
    return tape.gradient(value, outputs).numpy()


def central_differences(loss, y_true, outputs, step=1e-6):
    slopes = np.empty_like(outputs)
    for index in np.ndindex(outputs.shape):
        move = np.zeros_like(outputs)
        move[index] = step
        slopes[index] = (float(loss(y_true, outputs + move)) - float(loss(y_true, outputs - move))) / (2 * step)
    return slopes


@pytest.mark.parametrize(("loss", "y_true", "outputs", "closed_form"), CASES)
def test_gradient_equals_central_differences_and_closed_form(loss, y_true, outputs, closed_form):
    ours = gradient(loss, y_true, outputs)
    # Central differences round by EPS |L| / step: 2e-16 * 200 / 1e-6 = 4e-8 for the largest loss here (about 100).
    np.testing.assert_allclose(ours, central_differences(loss, y_true, outputs), rtol=1e-6, atol=5e-8)
    np.testing.assert_allclose(ours, closed_form, rtol=16 * EPS, atol=2 * EPS)  # a few roundings each


@pytest.mark.parametrize("jit", [False, True])
@pytest.mark.parametrize(
    "logits", [[0.0, 0.0, 0.0], [7.5] * 2, [-1e4] * 10, [1.0, 1.0, 0.0], [0.0, 2.0, 2.0, 2.0]], ids=str
)
def test_softmax_gradient_at_ties_is_softmax_minus_one_hot(logits, jit):
    logits = np.array([logits])
    function = tf.function(lambda label, z: gradient_in_graph(label, z), jit_compile=True) if jit else gradient_in_graph
    for label in range(logits.shape[1]):
        expected = softmax(logits) - np.eye(logits.shape[1])[[label]]
        # A gradient that is shared among the tied logits is wrong by 0.1 and more; ours rounds a few times.
        np.testing.assert_allclose(function(tf.constant([label]), tf.constant(logits)), expected, rtol=0, atol=2 * EPS)


def gradient_in_graph(label, z):
    with tf.GradientTape() as tape:
        tape.watch(z)
        value = losses.softmax_cross_entropy(label, z)
    return tape.gradient(value, z)


def test_softmax_gradient_of_equal_logits_is_exact():
    # 1/2 - 1 and 1/4 - 1 are floats, so there is nothing to tolerate.
    assert gradient(losses.softmax_cross_entropy, [1], np.zeros((1, 2))).tolist() == [[0.5, -0.5]]
    assert gradient(losses.softmax_cross_entropy, [0], np.full((1, 4), 3.0)).tolist() == [[-0.75, 0.25, 0.25, 0.25]]


def test_softmax_gradient_stays_finite_at_extreme_logits():
    logits = np.array([[1e4, -1e4, 0.0]])
    assert gradient(losses.softmax_cross_entropy, [1], logits).tolist() == [[1, -1, 0]]
    assert gradient(losses.softmax_cross_entropy, [0], logits).tolist() == [[0, 0, 0]]
    ruled_out = gradient(losses.softmax_cross_entropy, [1], np.array([[-np.inf, 2.0, 2.0]]))
    assert ruled_out.tolist() == [[0, -0.5, 0.5]]


@pytest.mark.parametrize(("cost", "profit"), [(1, 9), (9, 1), (0.5, 2.25)])
def test_asymmetric_gradient_at_a_perfect_forecast_is_minus_profit(cost, profit):
    def loss(y_true, y_pred):
        return losses.asymmetric_loss(y_true, y_pred, cost=cost, profit=profit)

    errors = np.array([-2.0, 0.0, 0.0, 3.0])
    assert gradient(loss, np.ones(4), 1 + errors).tolist() == [-profit, -profit, -profit, cost]


def test_asymmetric_gradient_is_a_sum_not_a_mean():
    many = gradient(asymmetric, np.zeros((100, 1)), np.ones((100, 1)))
    assert many.tolist() == [[1.0]] * 100
