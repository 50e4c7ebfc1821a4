"""What chapter 4.2 on learning rates says about Keras and TensorFlow is true."""

import keras
import numpy as np
import pytest

from nnopt_course._tensorflow import tf


def test_optimizers_have_no_minimize():
    assert hasattr(tf.compat.v1.train.GradientDescentOptimizer, "minimize")
    assert not hasattr(keras.optimizers.SGD, "minimize") and hasattr(keras.optimizers.SGD, "apply")


def test_a_staircase_steps_late_in_a_graph():
    halving = keras.optimizers.schedules.ExponentialDecay(1.0, 41, 0.5, staircase=True)
    assert np.float32(41) * (np.float32(1) / np.float32(41)) < 1
    step = tf.constant(41)
    assert halving(step) == 0.5
    for jit in (False, True):
        assert tf.function(halving, jit_compile=jit)(step) == 1
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:  # TensorFlow 1 does the same
        clock = tf.compat.v1.Variable(41, trainable=False)
        rate = tf.compat.v1.train.exponential_decay(1.0, clock, 41, 0.5, staircase=True)
        session.run(tf.compat.v1.global_variables_initializer())
        assert session.run(rate) == 1
    layer = keras.layers.Dense(1, use_bias=False, kernel_initializer="zeros")
    model = keras.Sequential([keras.Input((1,)), layer])
    model.compile(keras.optimizers.SGD(halving), loss=lambda y_true, y_pred: -y_pred[:, 0])  # slope -1
    model.fit(np.ones((42, 1)), np.ones((42, 1)), batch_size=1, verbose=0)
    assert layer.get_weights()[0].item() == 42  # 41 updates at 1 and one at 0.5 would make 41.5
    assert int(model.optimizer.iterations) == 42


def test_schedules_check_no_values():
    schedules = keras.optimizers.schedules
    steps = schedules.PiecewiseConstantDecay([20, 10], [1.0, 0.5, 0.1])
    assert float(steps(15)) == pytest.approx(1.1)
    assert np.isnan(schedules.ExponentialDecay(1.0, 10, -0.9)(5))
    assert not np.isnan(schedules.ExponentialDecay(1.0, 10, -0.9)(10))


def test_a_new_optimizer_starts_its_clock_anew():
    halving = keras.optimizers.schedules.ExponentialDecay(1.0, 1, 0.5)
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    rates = []
    for compiles in (True, False, True):
        if compiles:
            model.compile(keras.optimizers.SGD(halving), loss="mse")
        model.fit(np.ones((3, 1)), np.ones((3, 1)), batch_size=1, verbose=0)
        rates.append(float(model.optimizer.learning_rate))
    assert rates == [0.5**3, 0.5**6, 0.5**3]  # a second fit goes on


def test_with_accumulation_the_schedule_counts_batches():
    halving = keras.optimizers.schedules.ExponentialDecay(1.0, 1, 0.5)
    optimizer, w = keras.optimizers.SGD(halving, gradient_accumulation_steps=4), tf.Variable(0.0)
    for _ in range(8):
        optimizer.apply([tf.constant(1.0)], [w])
    assert optimizer.iterations == 2
    assert float(optimizer.learning_rate) == 0.5**8
    assert w.numpy() == -(0.5**3 + 0.5**7)  # the rates of the batches that complete an update


def test_a_constant_rate_is_float32():
    optimizer, w = keras.optimizers.SGD(0.1), tf.Variable(0.0, dtype=tf.float64)
    optimizer.apply([tf.constant(1.0, tf.float64)], [w])
    assert -w.numpy() == float(np.float32(0.1)) != 0.1


def test_a_python_step_retraces():
    traced = []

    @tf.function
    def rate_at(step):
        traced.append(step)
        return step

    for step in range(3):
        rate_at(step)
    assert len(traced) == 3
    for step in range(3):
        rate_at(tf.constant(step))
    assert len(traced) == 4
