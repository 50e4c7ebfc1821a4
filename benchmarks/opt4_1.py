"""The task of listing ``opt4_1``: two weights, plain gradient descent."""

from functools import partial

import numpy as np

from benchmarks.contestants import FUNCTION, KERAS, KERAS_1000, NUMPY, TF1, Contestant, contestants
from benchmarks.problem import Data, Problem
from benchmarks.with_tensorflow import KerasFit, PerStepFunction, TF1Session
from nnopt_course import datasets
from nnopt_course._tensorflow import tf

import keras  # isort: skip  after the package, which loads TensorFlow quietly

UPDATES = 20_000  # those of the listing
GOALS = {TF1: 3000, NUMPY: 40}  # how many times the time of train
START = np.float32([[-0.8113182], [1.4845988]])
RATE = 0.001
DATA = Data(*datasets.yogurt(dtype=np.float32), batch_size=8)
PROBLEM = Problem([START], DATA, RATE)


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
    *contestants(PROBLEM, UPDATES, 2000),
    Contestant(FUNCTION, partial(PerStepFunction, DATA, [START], update, 1), 2000),
    Contestant(TF1, partial(TF1Session, DATA, tf1_graph), 2000),
    Contestant(KERAS_1000, partial(keras_fit, 1000), 2000),
    Contestant(KERAS, partial(keras_fit, 1), 400),
]
