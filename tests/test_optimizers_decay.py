"""What decay, proximal steps and Adam's correction mean: properties and closed forms."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from nnopt_course import optimizers
from nnopt_course._tensorflow import tf
from nnopt_course._weights import is_weight

numbers = st.floats(-100, 100).map(lambda x: x if abs(x) > 1e-3 else 0.0)
matrices = arrays(np.float64, (2, 3), elements=numbers)
rates = st.floats(1e-4, 0.5)


def run(rule, start, gradient, rate, steps=20, dtype=np.float64):
    """Return the parameter after some steps; ``gradient`` is a function of it."""
    w = tf.constant(start, dtype)
    slots = rule.initial_slots(w)
    for step in range(steps):
        w, slots = rule(w, gradient(w), slots, rate, step)
    return w.numpy()


def pulled_to(target, penalty=0.0):
    """Return the gradient of a bowl with its bottom at ``target``, with a penalty of ``penalty / 2 * sum(w**2)``."""
    return lambda w: (w - target) + penalty * w


@given(matrices, matrices, rates, st.floats(0, 1))
def test_under_plain_sgd_decay_equals_a_penalty_in_the_loss(start, target, rate, decay):
    decoupled = run(optimizers.SGD(weight_decay=decay), start, pulled_to(target), rate)
    penalized = run(optimizers.SGD(), start, pulled_to(target, penalty=decay), rate)
    np.testing.assert_allclose(decoupled, penalized, rtol=0, atol=1e-12)  # 20 steps that contract, values up to 100


@pytest.mark.parametrize(
    ("decoupled", "plain"),
    [
        (optimizers.Momentum(weight_decay=0.1), optimizers.Momentum()),
        (optimizers.Momentum(nesterov=True, weight_decay=0.1), optimizers.Momentum(nesterov=True)),
        (optimizers.AdamW(weight_decay=0.1), optimizers.Adam()),
    ],
    ids=["momentum", "nesterov", "adam"],
)
def test_with_memory_decay_differs_from_a_penalty(decoupled, plain):
    start, target = np.array([[3.0, -2.0]]), np.array([[1.0, 100.0]])
    decayed = run(decoupled, start, pulled_to(target), 0.05)
    penalized = run(plain, start, pulled_to(target, penalty=0.1), 0.05)
    assert abs(decayed - penalized).max() > 0.1


def test_under_adam_a_penalty_fades_where_gradients_are_large_and_decay_does_not():
    # The gradients alternate in sign, so Adam's mean of them is small and the pull of the penalty can be seen.
    def alternating(size, penalty):
        sign = iter(np.tile([1.0, -1.0], 100))
        return lambda w: size * next(sign) + penalty * w

    kept = {}
    for size in (1.0, 100.0):
        kept["decay", size] = run(optimizers.AdamW(weight_decay=0.5), [[1.0]], alternating(size, 0), 0.01, 200)
        kept["penalty", size] = run(optimizers.Adam(), [[1.0]], alternating(size, 0.5), 0.01, 200)
    expected = (1 - 0.01 * 0.5) ** 200
    for size in (1.0, 100.0):
        np.testing.assert_allclose(kept["decay", size], expected, atol=0.02)  # two steps of Adam at the rate 0.01
    assert abs(kept["penalty", 100.0] - 1) < 0.05 < 0.5 < abs(kept["penalty", 1.0] - 1)


@pytest.mark.parametrize("shape", [(), (3,), (2, 3), (2, 2, 2)])
@pytest.mark.parametrize(
    "rule",
    [
        optimizers.SGD(weight_decay=0.5),
        optimizers.Momentum(weight_decay=0.5),
        optimizers.AdamW(weight_decay=0.5),
    ],
    ids=["sgd", "momentum", "adamw"],
)
def test_without_gradient_weights_shrink_by_rate_times_decay_and_biases_stay(rule, shape):
    w = tf.ones(shape, tf.float64)
    assert is_weight(w) == (len(shape) >= 2)
    moved, _ = rule(w, tf.zeros(shape, tf.float64), rule.initial_slots(w), 0.125, 0)
    np.testing.assert_array_equal(moved, np.full(shape, 1 - 0.125 * 0.5 if len(shape) >= 2 else 1.0))  # exact


@pytest.mark.parametrize("rule", [optimizers.SGD(), optimizers.Momentum(), optimizers.AdamW(weight_decay=0)], ids=str)
def test_a_decay_of_zero_does_not_touch_a_weight_not_even_an_infinite_one(rule):
    w = tf.constant([[np.inf, 1.0]])  # 0 times infinity would be NaN
    moved, _ = rule(w, tf.zeros_like(w), rule.initial_slots(w), 0.1, 0)
    assert moved.numpy().tolist() == [[np.inf, 1]]


def test_is_weight_needs_to_know_the_number_of_axes():
    with pytest.raises(ValueError, match="parameter must have a known number of axes, got a tensor of unknown rank"):
        tf.function(is_weight, input_signature=[tf.TensorSpec(None)]).get_concrete_function()


def shrink(weight, threshold):
    return tf.sign(weight) * tf.nn.relu(abs(weight) - threshold)


@given(matrices, matrices, st.floats(0.4, 1), st.floats(0, 50))
def test_proximal_sgd_ends_at_the_minimizer_of_bowl_and_penalty(start, target, rate, penalty):
    # The distance, at most 250, shrinks to 0.6 of itself or less a step: to 2e-11 after 60 steps.
    found = run(optimizers.ProximalSGD(shrink, penalty), start, pulled_to(target), rate, 60)
    expected = np.where(abs(target) > penalty, target - penalty * np.sign(target), 0)  # where 0 is in the subgradient
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-10)
    assert np.all(found[abs(target) < penalty - 1e-3] == 0)  # not small: 0


@given(matrices, matrices, rates)
def test_a_strength_of_zero_is_plain_sgd(start, gradient, rate):
    ours, _ = optimizers.ProximalSGD(shrink, 0)(start, gradient, (), rate, 0)
    plain, _ = optimizers.SGD()(start, gradient, (), rate, 0)
    np.testing.assert_array_equal(ours, plain)


def test_the_proximal_operator_gets_the_landing_point_and_rate_times_strength():
    seen = []

    def look(weight, threshold):
        seen.append((weight.numpy().tolist(), float(threshold)))
        return 2 * weight

    w, slots = optimizers.ProximalSGD(look, 0.5)(tf.constant([[5.0]]), tf.constant([[12.0]]), (), 0.25, 3)
    assert (float(w[0, 0]), slots, seen) == (4.0, (), [([[2.0]], 0.125)])
    bias, _ = optimizers.ProximalSGD(look, 0.5)(tf.constant([5.0]), tf.constant([12.0]), (), 0.25, 3)
    assert (float(bias[0]), len(seen)) == (2.0, 1)


@given(matrices, matrices, rates, st.floats(0, 0.99), st.floats(0, 0.9999), st.sampled_from([1e-7, 1e-8, 1e-3]))
def test_adams_first_step_has_the_size_of_the_rate(start, gradient, rate, beta_1, beta_2, epsilon):
    rule = optimizers.Adam(beta_1, beta_2, epsilon)
    moved, _ = rule(start, gradient, rule.initial_slots(tf.constant(start)), rate, 0)
    step = start - moved.numpy()
    expected = rate * gradient / (abs(gradient) + epsilon / np.sqrt(1 - beta_2))
    np.testing.assert_allclose(step, expected, rtol=1e-11, atol=1e-13)  # beta_2 loses digits of 1 - beta_2; ulp of 100
    large = abs(gradient) > 1e3 * epsilon / np.sqrt(1 - beta_2)
    np.testing.assert_allclose(abs(step[large]), rate, rtol=1e-3)


@given(matrices, matrices, rates, st.floats(0, 1))
def test_adamw_is_adam_and_then_less_by_rate_times_decay_of_where_it_stood(start, gradient, rate, decay):
    adam, adamw = optimizers.Adam(), optimizers.AdamW(weight_decay=decay)
    slots = adam.initial_slots(tf.constant(start))
    (plain, plain_slots), (decayed, slots) = (rule(start, gradient, slots, rate, 0) for rule in (adam, adamw))
    np.testing.assert_allclose(decayed, plain - rate * decay * start, rtol=0, atol=1e-13)  # ulps of 100
    for ours, theirs in zip(slots, plain_slots, strict=True):
        np.testing.assert_array_equal(ours, theirs)  # the decay does not enter the means


@given(matrices, st.integers(-20, 20))
def test_adam_takes_the_same_path_when_gradients_and_epsilon_change_their_unit(start, exponent):
    unit = 2.0**exponent  # a power of two, so that every product is exact
    path = run(optimizers.Adam(epsilon=2.0**-20), start, pulled_to(1.0), 0.05)
    scaled = run(optimizers.Adam(epsilon=2.0**-20 * unit), start, lambda w: unit * (w - 1.0), 0.05)
    np.testing.assert_array_equal(path, scaled)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_adams_correction_keeps_its_digits(dtype):
    for step in (0, 1, 10, 1000, 100_000, 2**31 - 1):
        w, slots = tf.constant(0.0, dtype), (tf.constant(1.0, dtype), tf.constant(1.0, dtype))
        moved, _ = optimizers.Adam(epsilon=1e-30)(w, tf.constant(1.0, dtype), slots, 1.0, step)
        t = step + 1
        expected = -np.sqrt(-np.expm1(t * np.log(0.999))) / -np.expm1(t * np.log(0.9))
        # A few roundings; in float64 also those of 1 - 0.999. A power in float32 would be wrong by 6e-6.
        np.testing.assert_allclose(moved, expected, rtol={"float32": 5e-7, "float64": 1e-12}[dtype])


@pytest.mark.parametrize("step", [np.uint8(255), np.int16(255), tf.constant(255), tf.constant(255, tf.uint8)])
def test_adam_takes_a_step_of_every_integer_type(step):
    w, slots = tf.constant(1.0), (tf.constant(0.5), tf.constant(2.0))
    moved, _ = optimizers.Adam()(w, 1.0, slots, 0.1, step)
    assert moved == optimizers.Adam()(w, 1.0, slots, 0.1, 255)[0]


def test_adam_in_float16_outlives_the_largest_float16():
    w = tf.constant(1.0, tf.float16)
    moved, _ = optimizers.Adam()(w, 1.0, (w, w), 0.125, 100_000)
    assert float(moved) == 0.875


def test_adam_without_any_gradient_stays():
    assert np.all(run(optimizers.Adam(), [[1.0, -2.0]], tf.zeros_like, 0.1) == [[1.0, -2.0]])


def test_nan_in_a_gradient_reaches_the_parameter():
    for rule in (optimizers.SGD(), optimizers.Momentum(), optimizers.Adam(), optimizers.AdamW()):
        w = tf.constant([[1.0, 2.0]])
        moved, _ = rule(w, tf.constant([[np.nan, 0.0]]), rule.initial_slots(w), 0.1, 0)
        assert np.isnan(moved).tolist() == [[True, False]]
