"""The task with every switch on: a 2-11-1 net, Adam, a decaying rate, a penalty and a moving average.

Every contestant returns the weights, then their averages. Those of Keras are left out, because the average of its
optimizers has no warmup.
"""

import math
from functools import partial

import numpy as np

from benchmarks.contestants import Contestant, Data, KerasFit, PerStepFunction, TF1Session
from nnopt_course import datasets, losses
from nnopt_course._tensorflow import tf
from nnopt_course.ema import MovingAverage
from nnopt_course.network import dense, initial_parameters
from nnopt_course.optimizers import Adam
from nnopt_course.regularizers import HalfL2
from nnopt_course.schedules import ExponentialDecay
from nnopt_course.training import train

import keras  # isort: skip  after the package, which loads TensorFlow quietly

UPDATES = 40_000  # those of the listing
GOALS = {"TF1 session loop": 400, "Keras fit": 100, "NumPy by hand": 30}  # how many times the time of train
START = initial_parameters((2, 11, 1), seed=2, initializer="notes", dtype=np.float32)
RATE, DECAY_STEPS, DECAY_RATE = 0.001, 10, 0.999
BETA_1, BETA_2, EPSILON = 0.9, 0.999, 1e-8
STRENGTH, AVERAGE = 0.01, 0.99
DATA = Data(*datasets.disk(dtype=np.float32), batch_size=30)


def loss_of_net(parameters, x, y):
    """Return the mean squared error of the net."""
    return losses.mean_squared_error(y, dense(parameters, x))


def whole_loop(steps, **options):
    """Train with ``training.train``."""
    x, y, batch_size = DATA
    run = train(
        loss_of_net,
        START,
        (x, y),
        steps=steps,
        batch_size=batch_size,
        learning_rate=ExponentialDecay(RATE, DECAY_STEPS, DECAY_RATE, staircase=True),
        optimizer=Adam(BETA_1, BETA_2, EPSILON),
        penalty=HalfL2(STRENGTH),
        average=MovingAverage(AVERAGE),
        **options,
    )
    return run.final + run.final_shadows


def numpy_by_hand(steps):
    """Train in NumPy, the gradients worked out by hand; one vector holds all parameters, so that Adam is one pass."""
    cuts, shapes = np.cumsum([value.size for value in START])[:-1], [value.shape for value in START]

    def views(vector):
        return [part.reshape(shape) for part, shape in zip(np.split(vector, cuts), shapes, strict=True)]

    p = np.concatenate([value.ravel() for value in START])
    strength = np.concatenate([np.full(value.size, STRENGTH * (value.ndim > 1), np.float32) for value in START])
    g, m, v, shadow = np.empty_like(p), np.zeros_like(p), np.zeros_like(p), p.copy()
    (w1, b1, w2, b2), (g_w1, g_b1, g_w2, g_b2) = views(p), views(g)
    for step, (x, y) in enumerate(DATA.batches(steps)):
        h = np.maximum(x @ w1 + b1, 0)
        d_out = (h @ w2 + b2 - y) * (2 / len(y))
        d_z = d_out * w2.T * (h > 0)
        np.matmul(x.T, d_z, out=g_w1)
        np.sum(d_z, axis=0, out=g_b1)
        np.matmul(h.T, d_out, out=g_w2)
        np.sum(d_out, axis=0, out=g_b2)
        g += strength * p
        m += (1 - BETA_1) * (g - m)
        v += (1 - BETA_2) * (g * g - v)
        rate = RATE * DECAY_RATE ** (step // DECAY_STEPS)
        rate *= math.sqrt(1 - BETA_2 ** (step + 1)) / (1 - BETA_1 ** (step + 1))
        p -= rate * m / (np.sqrt(v) + EPSILON)
        shadow += (1 - min(AVERAGE, (1 + step) / (10 + step))) * (p - shadow)
    return views(p) + views(shadow)


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
    Contestant("training.train", lambda: whole_loop, UPDATES),
    Contestant("NumPy by hand", lambda: numpy_by_hand, 4000),
    Contestant("compiled tf.function per update", lambda: PerStepFunction(DATA, variables(), update, 8), 2000),
    Contestant("TF1 session loop", partial(TF1Session, DATA, tf1_graph), 2000),
    Contestant("Keras fit, steps_per_execution=1000", partial(keras_fit, 1000), 2000),
    Contestant("Keras fit", partial(keras_fit, 1), 400),
]
