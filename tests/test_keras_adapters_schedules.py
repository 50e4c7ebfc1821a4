"""Schedules in Keras's optimizers, against Keras's own schedules and the updates that ``fit`` makes with them."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnopt_course import keras_adapters
from nnopt_course._tensorflow import tf
from nnopt_course.schedules import CosineDecay, ExponentialDecay, LinearWarmup, WarmupStableDecay

EPS32 = float(np.finfo(np.float32).eps)
keras_schedules = tf.keras.optimizers.schedules

# name -> the schedule, and its rate at a step by hand in float64
CASES = {
    "exponential": (ExponentialDecay(0.5, 4, 0.25), lambda t: 0.5 * math.exp(math.log(0.25) * t / 4)),
    "staircase": (ExponentialDecay(0.5, 3, 0.25, staircase=True), lambda t: 0.5 * 0.25 ** (t // 3)),
    "warmup": (LinearWarmup(0.1, 0.7, 5), lambda t: np.interp(t, [0, 5], [0.1, 0.7])),
    "cosine": (
        CosineDecay(0.5, 6, 0.1),
        lambda t: 0.05 + 0.45 * math.cos(math.pi * min(t, 6) / 12) ** 2,  # the half-angle form
    ),
    "stable": (
        WarmupStableDecay(0.1, 0.7, 2, 3, 4, 0.2),
        lambda t: np.interp(t, [0, 2, 5, 9], [0.1, 0.7, 0.7, 0.14]),
    ),
}
every_schedule = pytest.mark.parametrize("name", CASES)


def falling_weight(optimizer):
    """Return a model of one float64 weight whose slope is 1 in every update, so that each takes off the rate."""
    dense = tf.keras.layers.Dense(1, use_bias=False, kernel_initializer="zeros", dtype="float64")
    model = tf.keras.Sequential([tf.keras.Input((1,), dtype="float64"), dense])
    model.compile(optimizer, keras_adapters.AsymmetricLoss(cost=1, profit=1, dtype="float64"))
    return model


def fit(model, updates, **options):
    """Make updates of 4 examples each, the last one of 2; the outputs stay above the answers."""
    size = 4 * updates - 2
    data = tf.data.Dataset.from_tensor_slices((np.ones((size, 1)), np.full((size, 1), -1e3))).batch(4)
    model.fit(data, shuffle=False, verbose=0, **options)


class Recorder(tf.keras.callbacks.Callback):
    """Keeps the weight after each update."""

    def on_train_begin(self, logs=None):
        self.weights = [self.model.get_weights()[0].item()]

    def on_train_batch_end(self, batch, logs=None):
        self.weights.append(self.model.get_weights()[0].item())


@every_schedule
def test_every_update_of_fit_has_the_rate_of_its_step(name):
    schedule, by_hand = CASES[name]
    recorder = Recorder()
    model = falling_weight(tf.keras.optimizers.SGD(keras_adapters.Schedule(schedule, "float64")))
    fit(model, 12, callbacks=[recorder])
    expected = [by_hand(step) for step in range(12)]
    # The weights stay below 8, and an ulp of those is 9e-16.
    np.testing.assert_allclose(-np.diff(recorder.weights), expected, rtol=0, atol=4e-15)
    fit(model, 12, callbacks=[recorder])  # a second fit goes on where the first one ended
    np.testing.assert_allclose(-np.diff(recorder.weights), [by_hand(12 + step) for step in range(12)], atol=8e-15)


@every_schedule
def test_the_rate_is_the_exact_one_rounded_to_float32(name):
    schedule, by_hand = CASES[name]
    adapter = keras_adapters.Schedule(schedule)
    steps = np.arange(20)
    exact = np.array([by_hand(step) for step in steps])
    for step in (steps, tf.constant(steps), tf.constant(steps, tf.int32)):
        rates = adapter(step)
        assert rates.dtype == tf.float32
        # Half an ulp, and a little for what float64 rounded before.
        np.testing.assert_allclose(rates.numpy(), exact, rtol=0.5001 * EPS32)
    assert [float(adapter(int(step))) for step in steps] == rates.numpy().tolist()


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (ExponentialDecay(0.5, 4, 0.25), keras_schedules.ExponentialDecay(0.5, 4, 0.25)),
        (ExponentialDecay(0.5, 4, 0.25, True), keras_schedules.ExponentialDecay(0.5, 4, 0.25, True)),
        (LinearWarmup(0.125, 0.75, 5), keras_schedules.PolynomialDecay(0.125, 5, 0.75)),
        (CosineDecay(0.5, 6, 0.25), keras_schedules.CosineDecay(0.5, 6, 0.25)),
        (
            CosineDecay(0.25, 6, 0.25, warmup_target=0.5, warmup_steps=3),
            keras_schedules.CosineDecay(0.25, 6, 0.25, warmup_target=0.5, warmup_steps=3),
        ),
    ],
)
def test_training_is_that_of_the_schedule_of_keras(ours, theirs):
    weights = []
    for schedule in (keras_adapters.Schedule(ours), theirs):
        model = falling_weight(tf.keras.optimizers.Adam(schedule))
        fit(model, 12)
        weights.append(model.get_weights()[0].item())
    # Keras computes its rates in float32, a few roundings each.
    assert weights[0] == pytest.approx(weights[1], rel=8 * EPS32)


@given(st.floats(1e-6, 10), st.integers(1, 10**6), st.floats(0.01, 1), st.integers(0, 10**6))
def test_a_decay_never_rises_and_two_steps_differ_by_its_factor(rate, period, factor, step):
    adapter = keras_adapters.Schedule(ExponentialDecay(rate, period, factor), "float64")
    now, later = float(adapter(step)), float(adapter(tf.constant(step + period)))
    assert later <= now <= rate
    # The power multiplies half an ulp of its exponent, of at most 10^6, by log(0.01).
    assert later == pytest.approx(now * factor, rel=1e-9, abs=1e-300)


@pytest.mark.parametrize(
    "make", [tf.keras.optimizers.SGD, tf.keras.optimizers.Adam, tf.keras.optimizers.AdamW, tf.keras.optimizers.RMSprop]
)
@pytest.mark.parametrize("dtype", [None, "float64"])
def test_optimizers_take_a_schedule_of_either_dtype(make, dtype):
    optimizer = make(keras_adapters.Schedule(ExponentialDecay(0.25, 1, 0.5), dtype))
    assert float(optimizer.learning_rate) == 0.25
    fit(falling_weight(optimizer), 3)
    assert float(optimizer.learning_rate) == 0.03125


def test_with_gradient_accumulation_the_schedule_counts_batches_not_updates():
    optimizer = tf.keras.optimizers.SGD(
        keras_adapters.Schedule(LinearWarmup(0.0, 1.0, 10), "float64"), gradient_accumulation_steps=2
    )
    recorder = Recorder()
    fit(falling_weight(optimizer), 4, callbacks=[recorder])
    assert optimizer.iterations == 2
    # The batches that make an update are those after 1 and after 3 others; Keras asks for the rate of these steps.
    np.testing.assert_allclose(-np.diff(recorder.weights), [0, 0.1, 0, 0.3], atol=1e-15)
