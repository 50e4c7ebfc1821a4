"""Update rules as values and pure functions: what holds for all of them, and what plain SGD and momentum do."""

import dataclasses
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from nnopt_course import optimizers
from nnopt_course._tensorflow import tf
from nnopt_course.training import train

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


def shrink(weight, threshold):
    return tf.sign(weight) * tf.nn.relu(abs(weight) - threshold)


RULES = [
    optimizers.SGD(),
    optimizers.SGD(weight_decay=0.5),
    optimizers.Momentum(),
    optimizers.Momentum(0.5, nesterov=True, weight_decay=0.25),
    optimizers.Adam(),
    optimizers.AdamW(weight_decay=0.25),
    optimizers.ProximalSGD(shrink, strength=0.25),
]
every_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: type(rule).__name__)


@every_rule
def test_a_rule_is_a_value(rule):
    fields = {field.name: getattr(rule, field.name) for field in dataclasses.fields(rule)}
    assert type(rule)(**fields) == rule
    assert hash(type(rule)(**fields)) == hash(rule)
    assert RULES.count(rule) == 1  # no two of another kind or with other fields are equal
    with pytest.raises(AttributeError):
        rule.rate = 1


HALVES = [
    lambda half: optimizers.SGD(half),
    lambda half: optimizers.Momentum(half, weight_decay=half),
    lambda half: optimizers.Adam(half, half, half),
    lambda half: optimizers.AdamW(half, half, half, half),
    lambda half: optimizers.ProximalSGD(shrink, half),
]


@pytest.mark.parametrize("make", HALVES)
def test_numbers_of_every_kind_make_the_same_rule(make):
    plain = make(0.5)
    for half in (np.float32(0.5), np.float64(0.5), Fraction(1, 2)):
        assert (make(half), repr(make(half)), hash(make(half))) == (plain, repr(plain), hash(plain))
    w = tf.constant([[1.0]])
    moved, _ = make(Fraction(1, 2))(w, w, plain.initial_slots(w), Fraction(1, 4), 0)
    assert moved == plain(w, w, plain.initial_slots(w), 0.25, 0)[0]


@every_rule
@pytest.mark.parametrize("dtype", [tf.float16, tf.bfloat16, tf.float32, tf.float64])
@pytest.mark.parametrize("shape", [(), (3,), (2, 3), (0, 2)])
def test_a_rule_keeps_shape_and_dtype_and_gives_the_same_answer_twice(rule, dtype, shape):
    w, gradient = tf.ones(shape, dtype), tf.fill(shape, tf.constant(0.5, dtype))
    slots = rule.initial_slots(w)
    first, second = (rule(w, gradient, slots, 0.125, 0) for _ in range(2))
    for one, other in zip((first[0], *first[1]), (second[0], *second[1]), strict=True):
        assert (one.shape, one.dtype) == (w.shape, dtype)
        assert np.all(one == other)
    assert all(np.all(slot == 0) for slot in slots)
    assert np.all(w == 1)


@every_rule
def test_eager_graph_and_compiled_runs_agree(rule):
    def bowl(parameters):
        return tf.reduce_sum(curvature * (parameters[0] - 1) ** 2) + tf.reduce_sum((parameters[1] + 1) ** 2)

    curvature = np.array([[1.0, 0.0], [0.125, 2.0]])
    start = [np.array([[5.0, -3.0], [0.0, 2.0]]), np.array([4.0])]
    run = {jit: train(bowl, start, steps=60, learning_rate=0.0625, optimizer=rule, jit=jit) for jit in (True, False)}
    parameters, slots = start, [rule.initial_slots(tf.constant(value)) for value in start]
    for step in range(60):
        gradients = 2 * curvature * (parameters[0] - 1), 2 * (parameters[1] + 1)
        moved = [rule(*z, 0.0625, step) for z in zip(parameters, gradients, slots, strict=True)]
        parameters, slots = [w.numpy() for w, _ in moved], [slot for _, slot in moved]
    for jit in (True, False):
        for ours, eager in zip(run[jit].final, parameters, strict=True):
            # Compilers fuse products and sums, which drops a rounding of 1e-16 per step; the bowl damps errors.
            np.testing.assert_allclose(ours, eager, rtol=0, atol=1e-13)


@every_rule
def test_an_equal_rule_finds_the_compiled_program_again(rule):
    calls = []

    def counting(parameters):
        calls.append(1)
        return tf.reduce_sum(parameters[0] ** 2)

    train(counting, [np.ones((2, 2))], steps=2, learning_rate=0.1, optimizer=rule)
    traced = len(calls)
    train(counting, [np.ones((2, 2))], steps=9, learning_rate=0.2, optimizer=dataclasses.replace(rule))
    assert len(calls) == traced > 0


@pytest.mark.parametrize("nesterov", [False, True])
def test_momentum_zero_is_sgd(nesterov):
    random = np.random.RandomState(1)
    w, gradient = random.randn(2, 3), random.randn(2, 3)
    rule = optimizers.Momentum(0.0, nesterov=nesterov)
    moved, _ = rule(w, gradient, rule.initial_slots(tf.constant(w)), 0.1, 0)
    np.testing.assert_array_equal(moved, optimizers.SGD()(w, gradient, (), 0.1, 0)[0])


@given(st.sampled_from([0.5, 0.75, 0.9, 0.99]), st.floats(1e-3, 100))
def test_under_a_constant_gradient_the_velocity_is_a_geometric_sum(momentum, gradient):
    rule, w = optimizers.Momentum(momentum), tf.constant(0.0, tf.float64)
    slots = rule.initial_slots(w)
    for step in range(30):
        w, slots = rule(w, gradient, slots, 0.125, step)
    expected = -0.125 * gradient * (1 - momentum**30) / (1 - momentum)
    np.testing.assert_allclose(slots[0], expected, rtol=1e-13)  # 30 roundings of 1e-16, and those of the closed form
