"""Values of the schedules, against oracles that share no arithmetic with them: mpmath, fractions, TF1, Keras."""

from fractions import Fraction

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnopt_course._tensorflow import tf
from nnopt_course.schedules import CosineDecay, ExponentialDecay, LinearWarmup, WarmupStableDecay

EPS = np.finfo(np.float64).eps
mpmath.mp.dps = 60
keras_schedules = tf.keras.optimizers.schedules  # given NumPy numbers, it computes in float64; Python's go by float32

rates = st.floats(1e-6, 10)
counts = st.one_of(st.just(1), st.integers(1, 100), st.integers(1, 10**9))
alphas = st.sampled_from([0.0, 1.0]) | st.floats(0, 1)
steps = st.integers(0, 200) | st.integers(0, 2**40)


def exponential(staircase=None):
    flag = st.booleans() if staircase is None else st.just(staircase)
    return st.builds(ExponentialDecay, rates, counts, st.floats(0.01, 1), flag)


warmups = st.builds(LinearWarmup, st.just(0.0) | rates, rates, counts)
plain_cosines = st.builds(CosineDecay, rates, counts, alphas)
warm_cosines = st.builds(
    CosineDecay, st.just(0.0) | rates, counts, alphas, warmup_target=rates, warmup_steps=st.integers(1, 1000)
)
stable = st.builds(
    WarmupStableDecay, st.just(0.0) | rates, rates, st.integers(1, 1000), st.integers(0, 1000), counts, alphas
)


def near_a_boundary(draw, boundaries):
    """Return a step that is often a boundary or one beside it."""
    return draw(st.sampled_from([max(b + d, 0) for b in boundaries for d in (-1, 0, 1)]) | steps)


def exponential_error(schedule, step):
    """Bound the relative error: three roundings, and half an ulp of the exponent, which the power multiplies."""
    return EPS * (3 + step / schedule.decay_steps * abs(np.log(schedule.decay_rate)))


# Exponential decay --------------------------------------------------------------------------------------------------


@given(exponential(), st.data())
def test_exponential_decay_equals_mpmath(schedule, data):
    period = schedule.decay_steps
    step = near_a_boundary(data.draw, [0, period, 7 * period, 49 * period])
    periods = mpmath.mpf(step // period) if schedule.staircase else mpmath.mpf(step) / period
    exact = mpmath.mpf(schedule.initial_learning_rate) * mpmath.mpf(schedule.decay_rate) ** periods
    # Below the smallest normal float64 there are no digits left to compare.
    assert schedule(step) == pytest.approx(float(exact), rel=exponential_error(schedule, step), abs=1e-307)


@given(exponential(), steps)
def test_exponential_decay_agrees_with_tensorflow_1_and_keras(schedule, step):
    arguments = schedule.decay_steps, np.float64(schedule.decay_rate)
    rate = np.float64(schedule.initial_learning_rate)
    theirs = [
        tf.compat.v1.train.exponential_decay(
            tf.constant(rate), tf.constant(step, tf.float64), *arguments, staircase=schedule.staircase
        )(),
        keras_schedules.ExponentialDecay(rate, *arguments, staircase=schedule.staircase)(np.float64(step)),
    ]
    for value in theirs:  # twice the bound: they round too
        assert schedule(step) == pytest.approx(float(value), rel=2 * exponential_error(schedule, step), abs=1e-307)


def test_exponential_decay_prints_the_numbers_of_listing_opt4_5():
    schedule = ExponentialDecay(0.1, decay_steps=1, decay_rate=0.99, staircase=True)
    w = 5.0
    for step in range(40):
        w -= schedule(step) * 2 * (w + 1)  # f(w) = (w + 1)^2
    assert (round(w, 6), round(schedule(40), 6)) == (-0.995731, 0.066897)


@given(exponential(), steps, st.integers(0, 2**20))
def test_exponential_decay_never_increases(schedule, step, more):
    # The power function is not promised to be monotone in its last digit.
    assert schedule(step + more) <= schedule(step) * (1 + 4 * EPS)


@given(exponential(staircase=True), st.integers(0, 1000), st.floats(0, 1, exclude_max=True))
def test_a_staircase_is_constant_within_a_period_and_meets_the_smooth_curve_at_its_start(schedule, period, part):
    smooth = ExponentialDecay(schedule.initial_learning_rate, schedule.decay_steps, schedule.decay_rate)
    first = period * schedule.decay_steps
    inside = first + int(part * schedule.decay_steps)
    assert schedule(inside) == schedule(first) == schedule(first + schedule.decay_steps - 1) == smooth(first)
    assert schedule(inside) >= smooth(inside) * (1 - 4 * EPS)
    if schedule.decay_rate < 0.999 and schedule(first) > 1e-300:  # far enough from 1 to show
        assert schedule(first + schedule.decay_steps) < schedule(first)


@pytest.mark.parametrize("decay_steps", [1, 3, 7, 49, 98, 103, 2**31])
def test_a_staircase_steps_down_exactly_at_multiples(decay_steps):
    schedule = ExponentialDecay(1.0, decay_steps, 0.5, staircase=True)
    for k in (1, 2, 49, 1000):
        assert schedule(k * decay_steps - 1) == 0.5 ** (k - 1)
        assert schedule(k * decay_steps) == 0.5**k  # powers of two


def test_a_staircase_takes_steps_between_whole_numbers_from_their_period():
    schedule = ExponentialDecay(1.0, 10, 0.5, staircase=True)
    assert [schedule(step) for step in (0.5, 9.75, 10.25, 19.999)] == [1, 1, 0.5, 0.5]


def test_with_one_step_per_period_the_staircase_is_the_smooth_curve():
    assert [ExponentialDecay(0.1, 1, 0.99, True)(step) for step in range(100)] == [
        ExponentialDecay(0.1, 1, 0.99)(step) for step in range(100)
    ]


# Warmup, cosine, warmup-stable-decay: their rates may be 0, so errors are measured against the largest rate ----------


def largest(schedule):
    return max(schedule.initial_learning_rate, getattr(schedule, "warmup_target", None) or 0)


def close(value, exact, schedule):
    """Compare two rates, each with at most eight roundings of numbers up to the largest rate."""
    return abs(float(value) - float(exact)) <= 8 * EPS * largest(schedule)


def ramp(schedule, step):
    """Return the warmup as a fraction."""
    first, last = Fraction(schedule.initial_learning_rate), Fraction(schedule.warmup_target)
    return first + (last - first) * min(Fraction(step, schedule.warmup_steps), 1)


@given(warmups, st.data())
def test_linear_warmup_equals_fractions_and_keras(schedule, data):
    step = near_a_boundary(data.draw, [0, schedule.warmup_steps])
    arguments = schedule.warmup_steps, np.float64(schedule.warmup_target)
    theirs = keras_schedules.PolynomialDecay(np.float64(schedule.initial_learning_rate), *arguments, power=1)
    assert close(schedule(step), ramp(schedule, step), schedule)
    assert close(schedule(step), theirs(np.float64(step)), schedule)


@given(warmups, steps)
def test_linear_warmup_starts_and_ends_exactly_and_stays_between(schedule, step):
    start, target = schedule.initial_learning_rate, schedule.warmup_target
    assert (schedule(0), schedule(schedule.warmup_steps), schedule(schedule.warmup_steps + step)) == (
        (start, target, target)
    )
    assert min(start, target) * (1 - 4 * EPS) <= schedule(step) <= max(start, target) * (1 + 4 * EPS)


@given(plain_cosines | warm_cosines, st.data())
def test_cosine_decay_equals_mpmath_and_keras(schedule, data):
    end = schedule.warmup_steps + schedule.decay_steps
    step = near_a_boundary(data.draw, [0, schedule.warmup_steps, end, end // 2])
    if step < schedule.warmup_steps:
        exact = ramp(schedule, step)
    else:
        peak = schedule.initial_learning_rate if schedule.warmup_target is None else schedule.warmup_target
        part = mpmath.mpf(min(step - schedule.warmup_steps, schedule.decay_steps)) / schedule.decay_steps
        wave = mpmath.cos(mpmath.pi * part / 2) ** 2  # (1 + cos 2x) / 2
        exact = peak * (wave + schedule.alpha * (1 - wave))
    theirs = keras_schedules.CosineDecay(
        np.float64(schedule.initial_learning_rate),
        schedule.decay_steps,
        schedule.alpha,
        warmup_target=schedule.warmup_target and np.float64(schedule.warmup_target),
        warmup_steps=schedule.warmup_steps,
    )
    assert close(schedule(step), exact, schedule)
    assert close(schedule(step), theirs(np.float64(step)), schedule)


@given(plain_cosines | warm_cosines, steps, steps)
def test_cosine_decay_stays_within_its_bounds_and_never_increases(schedule, first, second):
    warmup, last = schedule.warmup_steps, schedule.warmup_steps + schedule.decay_steps
    peak = schedule(warmup)
    assert peak == (schedule.warmup_target or schedule.initial_learning_rate)
    assert schedule(last) == schedule(last + first) == peak * schedule.alpha  # exact: cos(pi) is -1 in float64
    early, late = sorted([warmup + first, warmup + second])
    slack = 4 * EPS * peak  # roundings; the cosine is not promised to be monotone in its last digit
    assert schedule.alpha * peak - slack <= schedule(late) <= schedule(early) + slack <= peak + 2 * slack


def test_cosine_decay_is_halfway_in_the_middle():
    assert CosineDecay(0.25, 100)(50) == pytest.approx(0.125, rel=2 * EPS)
    assert CosineDecay(0.25, 3)(1) == pytest.approx(0.25 * 3 / 4, rel=4 * EPS)  # cos(60 degrees) = 1/2


@given(stable, st.data())
def test_warmup_stable_decay_equals_fractions_and_keras_pieces(schedule, data):
    warm, drop = schedule.warmup_steps, schedule.warmup_steps + schedule.stable_steps
    step = near_a_boundary(data.draw, [0, warm, drop, drop + schedule.decay_steps])
    target, alpha = Fraction(schedule.warmup_target), Fraction(schedule.alpha)
    if step <= drop:
        exact = ramp(schedule, step)
        piece = schedule.initial_learning_rate, warm, target
    else:
        exact = target - target * (1 - alpha) * min(Fraction(step - drop, schedule.decay_steps), 1)
        piece = target, schedule.decay_steps, target * alpha
    theirs = keras_schedules.PolynomialDecay(np.float64(piece[0]), piece[1], np.float64(piece[2]), power=1)
    assert close(schedule(step), exact, schedule)
    assert close(schedule(step), theirs(np.float64(step if step <= drop else step - drop)), schedule)


@given(stable, steps, steps)
def test_warmup_stable_decay_is_flat_between_and_then_never_increases(schedule, first, second):
    warm, drop = schedule.warmup_steps, schedule.warmup_steps + schedule.stable_steps
    target, end = schedule.warmup_target, drop + schedule.decay_steps
    assert schedule(0) == schedule.initial_learning_rate
    assert schedule(warm) == schedule(warm + first % (schedule.stable_steps + 1)) == schedule(drop) == target
    assert schedule(end) == schedule(end + first) == target * schedule.alpha
    early, late = sorted([drop + first, drop + second])
    assert schedule(late) <= schedule(early) * (1 + 4 * EPS)


def test_warmup_stable_decay_without_a_stable_part_is_a_triangle():
    schedule = WarmupStableDecay(0.0, 1.0, warmup_steps=2, stable_steps=0, decay_steps=4)
    assert [schedule(step) for step in range(8)] == [0, 0.5, 1, 0.75, 0.5, 0.25, 0, 0]  # sixteenths are exact
