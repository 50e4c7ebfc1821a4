"""Values of the losses, against oracles that share no arithmetic with them: fractions, mpmath, Keras, closed forms."""

import math
from fractions import Fraction

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from nnopt_course import losses
from nnopt_course._tensorflow import tf

EPS = np.finfo(np.float64).eps
mpmath.mp.dps = 60  # digits; exp(-1e4) next to 1 is not visible, but log1p of it is computed apart

# Multiples of 1/1024: sums, differences and products of a few of them are exact in float64.
on_a_grid = st.integers(-(2**20), 2**20).map(lambda k: k / 1024)
shapes = array_shapes(min_dims=1, max_dims=2, max_side=6)
pairs = shapes.flatmap(lambda shape: st.tuples(*[arrays(np.float64, shape, elements=on_a_grid)] * 2))


@st.composite
def distributions(draw, count, zeros=False):
    """``count`` arrays of one shape (N, K) whose rows are positive and sum to 1."""
    shape = draw(array_shapes(min_dims=2, max_dims=2, min_side=2, max_side=5))
    weights = [draw(arrays(np.float64, shape, elements=st.integers(1, 1000))) for _ in range(count)]
    if zeros:
        weights[0][:, 0] = 0
    return [w / w.sum(axis=1, keepdims=True) for w in weights]


@given(pairs)
def test_mean_squared_error_equals_exact_fractions(pair):
    y_true, y_pred = pair
    exact = sum((Fraction(a) - Fraction(b)) ** 2 for a, b in zip(y_true.flat, y_pred.flat, strict=True)) / y_true.size
    # The sum is exact on the grid; dividing by n rounds once or, as a product with 1/n, twice.
    assert float(losses.mean_squared_error(y_true, y_pred)) == pytest.approx(float(exact), rel=2 * EPS, abs=0)


@given(pairs)
def test_mean_squared_error_is_zero_only_at_equality(pair):
    y_true, y_pred = pair
    value = float(losses.mean_squared_error(y_true, y_pred))
    assert value >= 0
    assert (value == 0) == np.array_equal(y_true, y_pred)
    assert float(losses.mean_squared_error(y_true, y_true)) == 0


@pytest.mark.parametrize("shape", [(7,), (32, 1), (4, 5, 3)])
def test_mean_squared_error_agrees_with_keras(shape):
    y_true, y_pred = np.random.RandomState(0).randn(2, *shape)
    keras = tf.keras.losses.MeanSquaredError(dtype="float64")(y_true, y_pred)
    # Both sum at most 60 non-negative terms, in different orders: 60 roundings at worst.
    assert float(losses.mean_squared_error(y_true, y_pred)) == pytest.approx(float(keras), rel=60 * EPS)


@given(st.one_of(distributions(2), distributions(2, zeros=True)))
def test_cross_entropy_equals_mpmath(pair):
    p, q = pair
    terms = [mpmath.mpf(a) * mpmath.log(b) for a, b in zip(p.flat, q.flat, strict=True) if a > 0]
    exact = -mpmath.fsum(terms) / len(p)
    # All terms have one sign, so at most N K + a few roundings of the logarithm and product add up.
    assert float(losses.cross_entropy(p, q)) == pytest.approx(float(exact), rel=(p.size + 4) * EPS, abs=0)


@given(distributions(2))
def test_cross_entropy_is_at_least_the_entropy(pair):
    p, q = pair
    entropy = -math.fsum((p * np.log(p)).flat) / len(p)
    # Rows sum to 1 only to K roundings, which enter the bound times log(1000 K) < 10 at most.
    assert float(losses.cross_entropy(p, q)) >= entropy - 100 * EPS
    assert float(losses.cross_entropy(p, p)) == pytest.approx(entropy, rel=(p.size + 4) * EPS)


@pytest.mark.parametrize("classes", [2, 3, 10, 1000])
def test_a_uniform_guess_costs_log_k(classes):
    one_hot = np.eye(classes)[:2]
    uniform = np.full((2, classes), 1 / classes)
    # The first rounds 1/K, the second sums K - 1 equal terms.
    assert float(losses.cross_entropy(one_hot, uniform)) == pytest.approx(math.log(classes), rel=4 * EPS)
    logits = np.full((2, classes), -3.25)
    assert float(losses.softmax_cross_entropy([0, classes - 1], logits)) == pytest.approx(
        math.log(classes), rel=4 * EPS
    )


def test_cross_entropy_at_the_ends_of_the_scale():
    certain = np.array([[1.0, 0.0]])
    assert float(losses.cross_entropy(certain, certain)) == 0  # 0 log 0 = 0
    assert float(losses.cross_entropy(certain, certain[:, ::-1])) == math.inf


def test_cross_entropy_averages_over_examples_not_over_elements():
    one = float(losses.cross_entropy([[1.0, 0.0, 0.0]], [[0.5, 0.25, 0.25]]))
    assert one == pytest.approx(math.log(2), rel=1e-6)  # float32
    assert float(losses.cross_entropy([[1.0, 0.0, 0.0]] * 4, [[0.5, 0.25, 0.25]] * 4)) == pytest.approx(one, rel=1e-6)


def exact_softmax_cross_entropy(label, logits):
    """Return the value and how much one rounding of every ``z - max`` can move it, both as multiprecision numbers."""
    gaps = [mpmath.mpf(float(z)) - mpmath.mpf(float(max(logits))) for z in logits]
    others = mpmath.fsum(sorted(mpmath.exp(gap) for gap in gaps)[:-1])
    moved = mpmath.fsum(mpmath.exp(gap) * abs(gap) for gap in gaps) / (1 + others)
    return mpmath.log1p(others) - gaps[label], moved


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@given(data=st.data())
def test_softmax_cross_entropy_keeps_its_digits_up_to_logits_of_ten_thousand(dtype, data):
    bound = data.draw(st.sampled_from([1, 30, 1000, 10_000]))
    width = 8 * np.dtype(dtype).itemsize
    logits = data.draw(st.lists(st.floats(-bound, bound, width=width, allow_subnormal=False), min_size=2, max_size=6))
    label = data.draw(st.integers(0, len(logits) - 1))
    exact, moved = exact_softmax_cross_entropy(label, logits)
    value = float(losses.softmax_cross_entropy([label], np.array([logits], dtype)))
    assert math.isfinite(value)
    # A few ulp for exp, log1p and two sums, plus the rounding of z - max; below `tiny` float32 has no digits left.
    limits = np.finfo(dtype)
    assert abs(value - exact) <= float(limits.eps) * (6 * exact + moved) + float(limits.tiny)


@given(st.data())
def test_softmax_cross_entropy_does_not_see_a_shift_of_the_logits(data):
    logits = data.draw(
        arrays(np.float64, array_shapes(min_dims=2, max_dims=2, min_side=2, max_side=5), elements=on_a_grid)
    )
    labels = data.draw(arrays(np.int64, len(logits), elements=st.integers(0, logits.shape[1] - 1)))
    shift = data.draw(arrays(np.float64, (len(logits), 1), elements=on_a_grid))
    value = float(losses.softmax_cross_entropy(labels, logits))
    assert value >= 0
    assert value == float(losses.softmax_cross_entropy(labels, logits + shift))  # equal bits: the sums are exact


def test_softmax_cross_entropy_agrees_with_tensorflow_where_that_is_accurate():
    random = np.random.RandomState(0)
    labels, logits = random.randint(0, 10, 50), random.randn(50, 10)
    theirs = tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits)
    # Both round sums of ten numbers near 1; fifty such terms of size 2 are averaged.
    assert float(losses.softmax_cross_entropy(labels, logits)) == pytest.approx(
        float(tf.reduce_mean(theirs)), rel=1e-14
    )


prices = st.integers(1, 1000)


@given(pairs, prices, prices)
def test_asymmetric_loss_equals_exact_fractions_and_is_zero_only_at_equality(pair, cost, profit):
    exact = Fraction(0)
    for true, pred in zip(*(map(Fraction, values.flat) for values in pair), strict=True):
        exact += cost * max(pred - true, 0) + profit * max(true - pred, 0)
    value = float(losses.asymmetric_loss(*pair, cost=cost, profit=profit))
    assert value == exact  # nothing rounds on the grid
    assert value >= 0
    assert (value == 0) == np.array_equal(*pair)


@given(pairs, prices, prices, st.integers(1, 1000))
def test_asymmetric_loss_is_positively_homogeneous(pair, cost, profit, factor):
    once = float(losses.asymmetric_loss(*pair, cost=cost, profit=profit))
    y_true, y_pred = (factor * values for values in pair)
    assert float(losses.asymmetric_loss(y_true, y_pred, cost=cost, profit=profit)) == factor * once  # exact on the grid
    assert float(losses.asymmetric_loss(*pair, cost=factor * cost, profit=factor * profit)) == factor * once


@given(arrays(np.float64, st.integers(1, 12), elements=on_a_grid), prices, prices)
def test_the_best_constant_for_the_asymmetric_loss_is_a_quantile(answers, cost, profit):
    def total(constant):
        return float(losses.asymmetric_loss(answers, np.full_like(answers, constant), cost=cost, profit=profit))

    best = total(np.quantile(answers, profit / (profit + cost), method="inverted_cdf"))
    # The loss is piecewise linear with corners at the answers, so its minimum is at one of them.
    assert best == min(total(answer) for answer in answers)
