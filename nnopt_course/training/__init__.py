"""The training loop: every step of a run in one compiled program.

A Python loop around a training step pays for the way from Python to TensorFlow at each step, which costs far more than
the arithmetic of a small network. :func:`train` hands the whole loop to the compiler instead. Programs are kept and
found again by the values of what they were built from, so a second run with the same set-up compiles nothing.

>>> from nnopt_course import datasets, losses, network
>>> def loss(parameters, x, y):
...     return losses.mean_squared_error(y, network.dense(parameters, x))
>>> start = network.initial_parameters((2, 11, 1), seed=0)
>>> run = train(loss, start, datasets.disk(), steps=400, learning_rate=0.05, batch_size=30)
>>> bool(run.loss[-1] < run.loss[0] / 2)
True
"""

from nnopt_course.training._history import DivergenceError, History
from nnopt_course.training.run import Average, sweep, train

__all__ = ["Average", "DivergenceError", "History", "sweep", "train"]
