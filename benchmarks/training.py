"""How long does one update take? Listing ``opt4_1`` by several means, in turns, in one run: ``make bench``.

Every contestant makes the same updates from the same start; the table gives the median time of one update over the
rounds and its ratio to ``nnopt_course.training.train``. Times include what each means needs at every call, and exclude
what it does once (building a graph, tracing, compiling), which the last line gives for ``train``.
"""

import argparse
import os
import platform
import statistics
import time

import numpy as np

from nnopt_course import datasets, losses
from nnopt_course._tensorflow import tf
from nnopt_course.training import train

import keras  # isort: skip  after the package, which loads TensorFlow quietly

START = np.float32([[-0.8113182], [1.4845988]])
X, Y = datasets.yogurt(dtype=np.float32)
RATE, BATCH = 0.001, 8


def loss_of_neuron(parameters, x, y):
    """Return the mean squared error of a neuron without bias."""
    return losses.mean_squared_error(y, x @ parameters[0])


def batches(steps):
    """Yield the consecutive batches of the listing."""
    for step in range(steps):
        first = step * BATCH % len(X)
        yield X[first : first + BATCH], Y[first : first + BATCH]


def whole_loop(steps):
    """Train with ``training.train``."""
    return train(loss_of_neuron, [START], (X, Y), steps=steps, learning_rate=RATE, batch_size=BATCH).final[0]


def numpy_by_hand(steps):
    """Train in NumPy, the gradient worked out by hand."""
    w = START.copy()
    for x, y in batches(steps):
        w -= RATE * 2 / BATCH * x.T @ (x @ w - y)
    return w


class TF1Session:
    """The listing as a TensorFlow 1 graph, one ``session.run`` per update."""

    def __init__(self):
        """Build the graph."""
        with tf.Graph().as_default():
            self.x = tf.compat.v1.placeholder(tf.float32, (None, 2))
            self.y = tf.compat.v1.placeholder(tf.float32, (None, 1))
            self.w = tf.compat.v1.get_variable("w", initializer=START)
            loss = tf.reduce_mean(tf.square(self.y - self.x @ self.w))
            self.update = tf.compat.v1.train.GradientDescentOptimizer(RATE).minimize(loss)
            self.reset = tf.compat.v1.global_variables_initializer()
            self.session = tf.compat.v1.Session()

    def __call__(self, steps):
        """Train."""
        self.session.run(self.reset)
        for x, y in batches(steps):
            self.session.run(self.update, {self.x: x, self.y: y})
        return self.session.run(self.w)


class PerStepFunction:
    """One call of a compiled ``tf.function`` per update."""

    def __init__(self):
        """Trace the update."""
        self.w = tf.Variable(START)
        spec = tf.TensorSpec((BATCH, 2)), tf.TensorSpec((BATCH, 1))
        self.update = tf.function(self._update, jit_compile=True, autograph=False).get_concrete_function(*spec)

    def _update(self, x, y):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(y - x @ self.w))
        self.w.assign_sub(RATE * tape.gradient(loss, self.w))

    def __call__(self, steps):
        """Train."""
        self.w.assign(START)
        for x, y in batches(steps):
            self.update(tf.constant(x), tf.constant(y))
        return self.w.numpy()


class KerasFit:
    """Keras ``fit`` over repeated batches.

    It makes whole executions of ``steps_per_execution`` updates, so only multiples of that are compared fairly.
    """

    def __init__(self, steps_per_execution):
        """Build and compile the model."""
        self.model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1, use_bias=False)])
        self.model.compile(keras.optimizers.SGD(RATE), "mse", steps_per_execution=steps_per_execution)
        self.data = tf.data.Dataset.from_tensor_slices((X, Y)).batch(BATCH).repeat()

    def __call__(self, steps):
        """Train."""
        self.model.set_weights([START])
        self.model.fit(self.data, steps_per_epoch=steps, shuffle=False, verbose=0)
        return self.model.get_weights()[0]


def contestants():
    """Return (name, function of the number of updates, updates per round) for each."""
    return [
        ("training.train", whole_loop, 20_000),
        ("NumPy by hand", numpy_by_hand, 20_000),
        ("compiled tf.function per update", PerStepFunction(), 2_000),
        ("TF1 session loop", TF1Session(), 2_000),
        ("Keras fit, steps_per_execution=1000", KerasFit(1000), 2_000),
        ("Keras fit", KerasFit(1), 400),
    ]


def measure(rounds, scale=1):
    """Return the median seconds per update of each contestant; the rounds take them in turns."""
    field = [(name, run, max(steps // scale, 4)) for name, run, steps in contestants()]
    seconds = {name: [] for name, _, _ in field}
    for warm_up in (True, *[False] * rounds):
        for name, run, steps in field:
            begin = time.perf_counter()
            run(steps)
            if not warm_up:
                seconds[name].append((time.perf_counter() - begin) / steps)
    return {name: statistics.median(times) for name, times in seconds.items()}


def first_call():
    """Return the seconds of a first run of the whole listing, compilation included."""

    def unseen(parameters, x, y):
        return loss_of_neuron(parameters, x, y)

    begin = time.perf_counter()
    train(unseen, [START], (X, Y), steps=20_000, learning_rate=RATE, batch_size=BATCH)
    return time.perf_counter() - begin


def main():
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args().rounds
    medians = measure(rounds)
    ours = medians["training.train"]
    print(
        f"TensorFlow {tf.__version__}, Python {platform.python_version()}, {os.cpu_count()} processors, {rounds} rounds"
    )
    for name, seconds in sorted(medians.items(), key=lambda item: item[1]):
        print(f"{name:<36} {seconds * 1e6:>10.3f} microseconds per update {seconds / ours:>10.1f} times")
    print(f"first call of train, compilation included, 20000 updates: {first_call():.2f} s")


if __name__ == "__main__":
    main()
