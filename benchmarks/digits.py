"""The task of the handwritten digits: a 64-32-10 net, every switch on, softmax cross-entropy, batches of 30."""

import numpy as np

from benchmarks.contestants import contestants
from benchmarks.problem import Data, Problem
from nnopt_course import datasets
from nnopt_course.network import initial_parameters

UPDATES = 10_000  # those of chapter 4.5
GOALS = {}
X, Y = datasets.split(datasets.digits(dtype=np.float32), test_examples=297, seed=0).train


def problem(hidden: int, batch_size: int) -> Problem:
    """Return the problem for a number of hidden neurons; the rate goes down after each round through the data."""
    start = initial_parameters((64, hidden, 10), seed=2, dtype=np.float32)
    data = Data(X, Y, batch_size)
    return Problem(start, data, rate=0.001, decay_steps=data.period)


PROBLEM = problem(32, 30)
CONTESTANTS = contestants(PROBLEM, 1000, 200)
