"""The means of training in TensorFlow and Keras that the listings share; a task fills in its arithmetic."""

from collections.abc import Callable, Sequence

from benchmarks.problem import Arrays, Data
from nnopt_course._tensorflow import tf

import keras  # isort: skip  after the package, which loads TensorFlow quietly


class TF1Session:
    """A TensorFlow 1 graph and one ``session.run`` per update.

    ``build(x, y)`` makes the graph of two placeholders and returns the update and the variables to read at the end.
    """

    def __init__(self, data: Data, build: Callable) -> None:
        """Build the graph."""
        self.data = data
        with tf.Graph().as_default():
            self.x = tf.compat.v1.placeholder(tf.float32, (None, data.x.shape[1]))
            self.y = tf.compat.v1.placeholder(tf.float32, (None, 1))
            self.update, self.results = build(self.x, self.y)
            self.reset = tf.compat.v1.global_variables_initializer()
            self.session = tf.compat.v1.Session()

    def __call__(self, steps: int) -> Arrays:
        """Train."""
        self.session.run(self.reset)
        for x, y in self.data.batches(steps):
            self.session.run(self.update, {self.x: x, self.y: y})
        return self.session.run(self.results)


class PerStepFunction:
    """One call of a compiled ``tf.function`` per update.

    ``update(x, y, *variables)`` assigns to the variables, which begin as ``start``; the first ``results`` are returned.
    """

    def __init__(self, data: Data, start: Sequence, update: Callable, results: int) -> None:
        """Trace the update."""
        self.data, self.start, self.results = data, start, results
        self.variables = [tf.Variable(value) for value in start]
        specs = [tf.TensorSpec((data.batch_size, columns)) for columns in (data.x.shape[1], 1)]
        compiled = tf.function(lambda x, y: update(x, y, *self.variables), jit_compile=True, autograph=False)
        self.update = compiled.get_concrete_function(*specs)

    def __call__(self, steps: int) -> Arrays:
        """Train."""
        for variable, value in zip(self.variables, self.start, strict=True):
            variable.assign(value)
        for x, y in self.data.batches(steps):
            self.update(tf.constant(x), tf.constant(y))
        return [variable.numpy() for variable in self.variables[: self.results]]


class KerasFit:
    """Keras ``fit`` over repeated batches.

    It makes whole executions of ``steps_per_execution`` updates, so only multiples of that are compared fairly.
    """

    def __init__(
        self, data: Data, start: Arrays, layers: Sequence, optimizer: keras.optimizers.Optimizer, at_once: int
    ) -> None:
        """Build and compile the model."""
        self.start = start
        self.model = keras.Sequential([keras.Input((data.x.shape[1],)), *layers])
        self.model.compile(optimizer, "mse", steps_per_execution=at_once)
        optimizer.build(self.model.trainable_variables)
        self.fresh = [variable.numpy() for variable in optimizer.variables]
        # Autotuning looks around after 10, 20, 40, ... milliseconds, and the end of fit waits for the next look:
        # without it fit is up to twice as fast.
        as_given = tf.data.Options()
        as_given.autotune.enabled = False
        batches = tf.data.Dataset.from_tensor_slices(data[:2]).batch(data.batch_size)
        self.data = batches.cache().repeat().with_options(as_given)

    def __call__(self, steps: int) -> Arrays:
        """Train."""
        self.model.set_weights(self.start)
        for variable, value in zip(self.model.optimizer.variables, self.fresh, strict=True):
            variable.assign(value)
        trained = []  # read before the end of fit, where an optimizer that averages puts the averages in their place
        read = keras.callbacks.LambdaCallback(on_epoch_end=lambda *_: trained.extend(self.model.get_weights()))
        self.model.fit(self.data, steps_per_epoch=steps, shuffle=False, verbose=0, callbacks=[read])
        return trained
