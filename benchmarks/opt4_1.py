"""The task of listing ``opt4_1``: two weights, plain gradient descent."""

from functools import partial

import numpy as np

from benchmarks.contestants import Contestant, Data, KerasFit, PerStepFunction, TF1Session
from nnopt_course import datasets, losses
from nnopt_course._tensorflow import tf
from nnopt_course.training import train

import keras  # isort: skip  after the package, which loads TensorFlow quietly

UPDATES = 20_000  # those of the listing
GOALS = {"TF1 session loop": 3000, "NumPy by hand": 40}  # how many times the time of train
START = np.float32([[-0.8113182], [1.4845988]])
RATE = 0.001
DATA = Data(*datasets.yogurt(dtype=np.float32), batch_size=8)


def loss_of_neuron(parameters, x, y):
    """Return the mean squared error of a neuron without bias."""
    return losses.mean_squared_error(y, x @ parameters[0])


def whole_loop(steps, **options):
    """Train with ``training.train``."""
    x, y, batch_size = DATA
    rule = {"learning_rate": RATE, "batch_size": batch_size}
    return train(loss_of_neuron, [START], (x, y), steps=steps, **rule, **options).final


def numpy_by_hand(steps):
    """Train in NumPy, the gradient worked out by hand."""
    w, factor = START.copy(), RATE * 2 / DATA.batch_size
    for x, y in DATA.batches(steps):
        w -= factor * (x.T @ (x @ w - y))
    return [w]


def tf1_graph(x, y):
    """Build the listing's graph."""
    w = tf.compat.v1.get_variable("w", initializer=START)
    loss = tf.reduce_mean(tf.square(y - x @ w))
    return tf.compat.v1.train.GradientDescentOptimizer(RATE).minimize(loss), [w]


def update(x, y, w):
    """Make one update of a variable."""
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(y - x @ w))
    w.assign_sub(RATE * tape.gradient(loss, w))


def keras_fit(at_once):
    """Return the neuron in Keras."""
    neuron = keras.layers.Dense(1, use_bias=False)
    return KerasFit(DATA, [START], [neuron], keras.optimizers.SGD(RATE), at_once)


CONTESTANTS = [
    Contestant("training.train", lambda: whole_loop, UPDATES),
    Contestant("NumPy by hand", lambda: numpy_by_hand, UPDATES),
    Contestant("compiled tf.function per update", partial(PerStepFunction, DATA, [START], update, 1), 2000),
    Contestant("TF1 session loop", partial(TF1Session, DATA, tf1_graph), 2000),
    Contestant("Keras fit, steps_per_execution=1000", partial(keras_fit, 1000), 2000),
    Contestant("Keras fit", partial(keras_fit, 1), 400),
]
