"""Conventions of averaging against TensorFlow, Keras, closed forms and the published trace."""

import dataclasses
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from nnopt_course import ema
from nnopt_course._tensorflow import tf

STEPS = 200
decays = st.floats(0, 0.9999)
values = st.floats(-100, 100).map(lambda x: x if abs(x) > 1e-3 else 0.0)
paths = arrays(np.float64, (12, 2), elements=values)
every_convention = pytest.mark.parametrize("convention", ema.CONVENTIONS)


@pytest.fixture(scope="module")
def path():
    """Return the values of a weight: the initial one and one for each step."""
    return np.random.RandomState(3).randn(STEPS + 1, 3, 2)


def shadows(average, path, steps=None):
    """Return the shadow after each step of a path; its first row is the initial value."""
    shadow, found = average.initial_shadow(path[0]), []
    for step, value in enumerate(path[1:]):
        shadow = average(shadow, value, step if steps is None else steps[step])
        found.append(shadow.numpy())
    return np.array(found)


def tensorflow_shadows(decay, path, steps=None):
    variable, number = tf.Variable(path[0]), tf.Variable(0, dtype=tf.int64)
    theirs = tf.train.ExponentialMovingAverage(decay, None if steps is None else number)
    theirs.apply([variable])  # creates the shadow; at the value, so the average does not change
    found = []
    for step, value in enumerate(path[1:]):
        variable.assign(value)
        number.assign(0 if steps is None else steps[step])
        theirs.apply([variable])
        found.append(theirs.average(variable).numpy())
    return np.array(found)


def test_the_published_trace_of_opt4_6():
    average, shadow, trace = ema.MovingAverage(0.99), tf.constant(0.0), []
    for step, value in [(0, 1.0), *[(100, 10.0)] * 7]:
        shadow = average(shadow, tf.constant(value), step)
        trace.append(float(shadow))
    published = [0.9, 1.6445453, 2.3281732, 2.955868, 3.532206, 4.061389, 4.547275, 4.9934072]
    np.testing.assert_allclose(trace, published, rtol=0, atol=1e-6)  # two ulp of a float32 near 5


# TensorFlow keeps decay and num_updates in float32. These are exact there: d is, and so is (1 + n) / (10 + n), which
# is 1 - 2^-k at n = 9 * 2^k - 10.
@pytest.mark.parametrize("decay", [0.5, 0.75, 0.9921875])
def test_fixed_and_warmup_are_equal_to_tensorflow(decay, path):
    fixed = shadows(ema.MovingAverage(decay, "fixed"), path)
    np.testing.assert_allclose(fixed, tensorflow_shadows(decay, path), rtol=0, atol=1e-12)
    steps = np.sort(9 * 2 ** np.random.RandomState(4).randint(1, 20, STEPS) - 10)
    warmup = shadows(ema.MovingAverage(decay), path, steps)
    np.testing.assert_allclose(warmup, tensorflow_shadows(decay, path, steps), rtol=0, atol=1e-12)


@pytest.mark.parametrize("decay", [0.9, 0.99])
def test_at_any_decay_and_step_only_tensorflows_float32_decay_differs(decay, path):
    steps = np.arange(STEPS)
    warmup = shadows(ema.MovingAverage(decay), path, steps)
    theirs = tensorflow_shadows(decay, path, steps)
    np.testing.assert_allclose(warmup, theirs, rtol=0, atol=2e-6)  # 6e-8 per step over a memory of 100 values of 3
    n = steps.astype(np.float32)
    rounded = np.minimum(np.float32(decay), (1 + n) / (10 + n))
    share = (1 - rounded).astype(np.float64)  # rounded by float32 as in TensorFlow
    shadow = tf.constant(path[0])
    for step in range(STEPS):
        shadow = ema.averaged(shadow, path[step + 1], 1 - share[step])
        np.testing.assert_allclose(shadow, theirs[step], rtol=0, atol=1e-12)


def test_keras_is_equal_to_use_ema(path):
    optimizer = tf.keras.optimizers.SGD(1.0, use_ema=True, ema_momentum=0.875)  # exact in Keras's float32
    variable, found = tf.keras.Variable(path[0], dtype="float64"), []
    optimizer.build([variable])
    for value in path[1:]:
        optimizer.apply([variable - tf.constant(value)], [variable])  # lands on the value, up to a rounding
        found.append(optimizer._model_variables_moving_average[0].numpy())
    np.testing.assert_allclose(shadows(ema.MovingAverage(0.875, "keras"), path), found, rtol=0, atol=1e-12)


def test_the_conventions_on_the_path_of_the_course():
    path = [np.array(value) for value in (0.0, 1.0, 10.0, 10.0)]
    expected = {
        "warmup": [0.9, 1.6445454545454545, 2.3281735537190083],
        "fixed": [0.01, 0.1099, 0.208801],
        "zero": [0.01, 0.1099, 0.208801],
        "corrected": [1, 0.1099 / 0.0199, 0.208801 / 0.029701],
        "keras": [1, 1.09, 1.1791],
    }
    for convention in ema.CONVENTIONS:
        found = shadows(ema.MovingAverage(0.99, convention), path, [0, 100, 100] if convention == "warmup" else None)
        np.testing.assert_allclose(found, expected[convention], rtol=1e-13)


def weights_of_all_values(decay, convention, t):
    """Return the share of the initial value and of each of ``t`` values in the shadow, multiplied out in fractions."""
    d = Fraction(decay)

    def decay_at(n):
        if convention == "warmup":
            return min(d, Fraction(1 + n, 10 + n))
        if convention == "corrected":
            return 1 - 1 / sum(d**i for i in range(n + 1))  # Adam's mean: all weights over their sum
        return Fraction(0) if convention == "keras" and n == 0 else d

    shares = [Fraction(int(convention in ("warmup", "fixed")))]
    for n in range(t):
        shares = [share * decay_at(n) for share in shares] + [1 - decay_at(n)]
    return np.array([float(share) for share in shares])


@every_convention
@settings(max_examples=20)  # each one is a dozen steps
@given(decay=st.fractions(0, Fraction(9, 10), max_denominator=64).map(float), path=paths)
def test_the_shadow_is_the_weighted_sum_of_the_closed_form(convention, decay, path):
    expected = weights_of_all_values(decay, convention, len(path) - 1) @ path
    found = shadows(ema.MovingAverage(decay, convention), path)[-1]
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-12)  # 11 steps on values up to 100, ulp 1.4e-14


@pytest.mark.parametrize("decay", [0.0, 0.5, 0.9, 0.999])
def test_corrected_is_zero_divided_by_the_sum_of_its_weights(decay, path):
    zero, corrected = (shadows(ema.MovingAverage(decay, name), path) for name in ("zero", "corrected"))
    t = np.arange(1, STEPS + 1).reshape(-1, 1, 1)
    np.testing.assert_allclose(corrected, zero / (1 - decay**t), rtol=0, atol=2e-12)  # 1 - 0.999 has 13 digits


@pytest.mark.parametrize("decay", [0.5, 0.9])
def test_fixed_lags_behind_a_ramp_by_its_memory(decay):
    ramp = np.arange(400.0)
    lag = ramp[-1] - shadows(ema.MovingAverage(decay, "fixed"), ramp)[-1]
    np.testing.assert_allclose(lag, decay / (1 - decay), rtol=1e-10)  # 0.9^400 is 5e-19


@every_convention
@settings(max_examples=20)  # each one is a dozen steps
@given(decay=decays, path=paths)
def test_a_shadow_stays_within_the_range_of_its_inputs(convention, decay, path):
    found = shadows(ema.MovingAverage(decay, convention), path)
    inputs = path if convention in ("warmup", "fixed") else path[1:]
    if convention == "zero":
        inputs = np.vstack([inputs, np.zeros(2)])
    slack = 1e-12  # roundings of values up to 100
    assert np.all((inputs.min(0) - slack <= found) & (found <= inputs.max(0) + slack))


@every_convention
@settings(max_examples=20)  # each one is a dozen steps
@given(decay=decays, first=paths, second=paths, factor=st.floats(-8, 8))
def test_averaging_is_linear(convention, decay, first, second, factor):
    average = ema.MovingAverage(decay, convention)
    together = shadows(average, first + factor * second)
    apart = shadows(average, first) + factor * shadows(average, second)
    np.testing.assert_allclose(together, apart, rtol=0, atol=1e-11)  # values up to 900


@every_convention
def test_a_constant_value_is_its_own_average(convention):
    found = shadows(ema.MovingAverage(0.9, convention), np.full((30, 2), 0.1))
    expected = 1 - 0.9 ** np.arange(1, 30) if convention == "zero" else np.ones(29)
    np.testing.assert_allclose(found, 0.1 * np.stack([expected] * 2, axis=1), rtol=1e-14)


@pytest.mark.parametrize("convention", ["corrected", "keras"])
def test_the_first_update_copies_the_value_to_the_bit(convention):
    for value in (0.1, 1e300, -3e-300):
        average = ema.MovingAverage(0.999, convention)
        assert float(average(average.initial_shadow(np.float64(7)), np.float64(value), 0)) == value


def test_decay_at_is_exact_at_the_start_and_grows_to_the_decay():
    for convention in ("warmup", "corrected", "keras"):
        average = ema.MovingAverage(0.999, convention)
        ds = [float(average.decay_at(n)) for n in (0, 1, 2, 10, 100, 8989, 8990, 10**6, 2**31 - 1, 2**62)]
        assert ds == sorted(ds)
        assert ds[0] == (0.1 if convention == "warmup" else 0)
        assert ds[-2:] == [0.999, 0.999]
    # (1 + n) / (10 + n) = 0.999 at n = 8990
    assert float(ema.MovingAverage(0.999).decay_at(8989)) == 8990 / 8999 < 0.999


@every_convention
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_eager_graph_and_compiled_loops_agree(convention, dtype, path):
    average, path = ema.MovingAverage(0.99, convention), path.astype(dtype)

    def loop(path):
        def body(n, shadow):
            return n + 1, average(shadow, path[n + 1], n)

        return tf.while_loop(lambda n, _: n < STEPS, body, (0, average.initial_shadow(path[0])))[1]

    eager = shadows(average, path)[-1]
    assert eager.dtype == dtype
    for jit in (True, False):
        found = tf.function(loop, jit_compile=jit, autograph=False)(tf.constant(path))
        # Compilers fuse product and sum: up to an ulp of 1 per step, and the average forgets all but 100 of them.
        np.testing.assert_allclose(found, eager, rtol=0, atol=20 * np.finfo(dtype).eps)


def test_in_float32_the_decay_keeps_its_digits():
    found = ema.averaged(tf.constant(0.0), tf.constant(1.0), 0.99999)
    np.testing.assert_allclose(found, 1e-5, rtol=2e-7)  # 1 - 0.99999 in float32 would be wrong by 1e-3


@every_convention
def test_numbers_of_every_kind_make_the_same_average(convention):
    plain = ema.MovingAverage(0.5, convention)
    for half in (np.float32(0.5), np.float64(0.5), Fraction(1, 2)):
        average = ema.MovingAverage(half, convention)
        assert (average, repr(average), hash(average)) == (plain, repr(plain), hash(plain))
        assert average.decay_at(3) == plain.decay_at(3)
    assert repr(ema.MovingAverage(0, convention)) == repr(ema.MovingAverage(0.0, convention))


@every_convention
@pytest.mark.parametrize("dtype", [tf.float16, tf.bfloat16, tf.float32, tf.float64])
def test_a_shadow_starts_at_the_value_or_at_zero(convention, dtype):
    value = tf.constant([[1.5, -2.0]], dtype)
    shadow = ema.MovingAverage(0.5, convention).initial_shadow(value)
    assert (shadow.dtype, shadow.shape) == (dtype, value.shape)
    assert np.all(shadow == (value if convention in ("warmup", "fixed") else 0))


@every_convention
def test_a_moving_average_is_a_value(convention):
    average = ema.MovingAverage(0.99, convention)
    assert average == ema.MovingAverage(decay=0.99, convention=convention)
    assert len({ema.MovingAverage(0.99, name) for name in ema.CONVENTIONS} | {average}) == len(ema.CONVENTIONS)
    with pytest.raises(dataclasses.FrozenInstanceError):
        average.decay = 0.5
