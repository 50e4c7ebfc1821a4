"""The task with every switch on: a 2-11-1 net, Adam, a decaying rate, a penalty and a moving average.

Every contestant returns the weights, then their averages. Those of Keras are left out, because the average of its
optimizers has no warmup.
"""

from functools import partial

import numpy as np

from benchmarks.contestants import FUNCTION, JAX, KERAS, KERAS_1000, NUMPY, TF1, C, Contestant, contestants
from benchmarks.problem import AVERAGE, BETA_1, BETA_2, DECAY_RATE, EPSILON, STRENGTH, Data, Problem
from benchmarks.with_tensorflow import KerasFit, PerStepFunction, TF1Session
from nnopt_course import datasets
from nnopt_course._tensorflow import tf
from nnopt_course.network import initial_parameters

import keras  # isort: skip  after the package, which loads TensorFlow quietly

UPDATES = 40_000  # those of the listing
GOALS = {TF1: 400, KERAS_1000: 100, NUMPY: 30, JAX: 2.5, C: 0.5}  # how many times the time of train
START = initial_parameters((2, 11, 1), seed=2, initializer="notes", dtype=np.float32)
RATE, DECAY_STEPS = 0.001, 10
DATA = Data(*datasets.disk(dtype=np.float32), batch_size=30)
PROBLEM = Problem(START, DATA, RATE, DECAY_STEPS)


def tf1_graph(x, y):
    """Build the listing's graph, the average put after the update and counting the updates before."""
    weights = [tf.compat.v1.get_variable(f"parameter_{i}", initializer=value) for i, value in enumerate(START)]
    w1, b1, w2, b2 = weights
    loss = tf.reduce_mean(tf.square(y - (tf.nn.relu(x @ w1 + b1) @ w2 + b2)))
    loss += STRENGTH * (tf.nn.l2_loss(w1) + tf.nn.l2_loss(w2))
    step = tf.compat.v1.train.create_global_step()
    rate = tf.compat.v1.train.exponential_decay(RATE, step, DECAY_STEPS, DECAY_RATE, staircase=True)
    made = tf.compat.v1.train.AdamOptimizer(rate, BETA_1, BETA_2, EPSILON).minimize(loss, step)
    with tf.control_dependencies([made]):
        average = tf.train.ExponentialMovingAverage(AVERAGE, num_updates=step.read_value() - 1)
        update = average.apply(weights)
    return update, weights + [average.average(weight) for weight in weights]


def variables():
    """Return what the update of :func:`update` changes: weights, averages, Adam's means, and the step."""
    zeros = [np.zeros_like(value) for value in START]
    return [*START, *START, *zeros, *zeros, np.int64(0)]


def update(x, y, *variables):
    """Make one update of the variables."""
    weights, shadows, means, squares, step = *(variables[i : i + 4] for i in (0, 4, 8, 12)), variables[16]
    w1, b1, w2, b2 = weights
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(y - (tf.nn.relu(x @ w1 + b1) @ w2 + b2)))
        loss += STRENGTH * (tf.nn.l2_loss(w1) + tf.nn.l2_loss(w2))
    n = tf.cast(step, tf.float64)
    rate = RATE * DECAY_RATE ** tf.cast(step // DECAY_STEPS, tf.float64)
    rate = tf.cast(rate * tf.sqrt(1 - BETA_2 ** (n + 1)) / (1 - BETA_1 ** (n + 1)), tf.float32)
    new = tf.cast(1 - tf.minimum(tf.constant(AVERAGE, tf.float64), (1 + n) / (10 + n)), tf.float32)
    for w, shadow, m, v, g in zip(weights, shadows, means, squares, tape.gradient(loss, weights), strict=True):
        m.assign_add((1 - BETA_1) * (g - m))
        v.assign_add((1 - BETA_2) * (g * g - v))
        w.assign_sub(rate * m / (tf.sqrt(v) + EPSILON))
        shadow.assign_add(new * (w - shadow))
    step.assign_add(1)


def keras_fit(at_once):
    """Return the net in Keras; its L2 has no half in it."""
    layers = [
        keras.layers.Dense(units, activation, kernel_regularizer=keras.regularizers.L2(STRENGTH / 2))
        for units, activation in ((11, "relu"), (1, None))
    ]
    rate = keras.optimizers.schedules.ExponentialDecay(RATE, DECAY_STEPS, DECAY_RATE, staircase=True)
    adam = keras.optimizers.Adam(rate, BETA_1, BETA_2, EPSILON, use_ema=True, ema_momentum=AVERAGE)
    return KerasFit(DATA, START, layers, adam, at_once)


CONTESTANTS = [
    *contestants(PROBLEM, UPDATES, 1000),
    Contestant(FUNCTION, lambda: PerStepFunction(DATA, variables(), update, 8), 2000),
    Contestant(TF1, partial(TF1Session, DATA, tf1_graph), 2000),
    Contestant(KERAS_1000, partial(keras_fit, 1000), 2000),
    Contestant(KERAS, partial(keras_fit, 1), 400),
]
