"""Update rules against Keras and closed forms."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from nnopt_course import optimizers
from nnopt_course._tensorflow import tf

on_a_grid = st.integers(-(2**20), 2**20).map(lambda k: k / 1024)  # products and sums of a few are exact in float64
vectors = arrays(np.float64, 3, elements=on_a_grid)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_sgd_has_the_bits_of_keras(dtype):
    random = np.random.RandomState(0)
    start, rule, w = random.randn(4, 3).astype(dtype), optimizers.SGD(), None
    theirs = tf.keras.Variable(start, dtype=dtype)
    keras = tf.keras.optimizers.SGD(learning_rate=0.25)
    keras.build([theirs])
    w, slots = tf.constant(start), rule.initial_slots(tf.constant(start))
    for step in range(20):
        gradient = tf.constant(random.randn(4, 3).astype(dtype))
        w, slots = rule(w, gradient, slots, tf.constant(0.25, dtype), step)
        keras.apply([gradient], [theirs])
    # A rate that is a power of two: the product is exact, and both round the difference once.
    assert w.dtype == dtype
    np.testing.assert_array_equal(w, theirs.numpy())


@given(vectors, vectors, st.integers(1, 1000).map(lambda k: k / 1024))
def test_sgd_moves_against_the_gradient_by_rate_times_gradient(parameter, gradient, rate):
    moved, slots = optimizers.SGD()(tf.constant(parameter), tf.constant(gradient), (), tf.constant(rate, tf.float64), 0)
    np.testing.assert_array_equal(moved, parameter - rate * gradient)  # exact on the grid
    assert slots == ()
    assert np.dot(moved.numpy() - parameter, gradient) <= 0


def test_sgd_halves_the_distance_on_a_bowl_at_the_rate_one_quarter():
    w, rule = tf.constant(5.0), optimizers.SGD()
    for step in range(10):
        w, _ = rule(w, 2 * (w + 1), (), 0.25, step)
        assert float(w) == 6 * 0.5 ** (step + 1) - 1  # powers of two


def test_sgd_remembers_nothing_and_ignores_the_step():
    rule, w, gradient = optimizers.SGD(), tf.constant([1.0, 2.0]), tf.constant([3.0, -4.0])
    assert rule.initial_slots(w) == ()
    first, _ = rule(w, gradient, (), 0.1, 0)
    later, _ = rule(w, gradient, (), 0.1, 1000)
    np.testing.assert_array_equal(first, later)
    assert w.numpy().tolist() == [1, 2]


def test_sgd_is_a_value():
    assert optimizers.SGD() == optimizers.SGD()
    assert hash(optimizers.SGD()) == hash(optimizers.SGD())
    with pytest.raises(AttributeError):
        optimizers.SGD().rate = 1
