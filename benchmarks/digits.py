"""Nets for the handwritten digits, every switch on: 64 inputs, a hidden layer, 10 classes, softmax cross-entropy."""

from functools import partial

import numpy as np

from benchmarks import by_hand, compiled_c, ours, with_jax, with_torch
from benchmarks.problem import Contestant, Data, Problem
from nnopt_course import datasets
from nnopt_course.network import initial_parameters

UPDATES = 10_000  # those of chapter 4.5
GOALS = {}
WIDTHS = (11, 32, 128, 512, 1024, 4096)
(X, Y), _ = datasets.split(datasets.digits(dtype=np.float32), test_examples=297, seed=0)


def problem(hidden: int, batch_size: int) -> Problem:
    """Return the problem for a number of hidden neurons; the rate goes down after each round through the data."""
    start = initial_parameters((64, hidden, 10), seed=2, initializer="he", dtype=np.float32)
    data = Data(X, Y, batch_size)
    return Problem(start, data, rate=0.001, decay_steps=data.period)


def contestants(problem: Problem, updates: int) -> list[Contestant]:
    """Return the means that are compared at every width."""
    plain_graph = partial(ours.whole_loop, problem, jit=False)
    return [
        Contestant("training.train", lambda: partial(ours.whole_loop, problem), updates),
        Contestant("training.train, jit=False", lambda: plain_graph, updates),
        Contestant("JAX, lax.scan with optax", partial(with_jax.make, problem), updates),
        Contestant("PyTorch eager", partial(with_torch.make, problem), updates),
        Contestant("C, -O3", partial(compiled_c.make, problem), updates),
        Contestant("NumPy by hand", lambda: partial(by_hand.net, problem), updates),
    ]


PROBLEM = problem(32, 30)  # the net of chapter 4.5
CONTESTANTS = contestants(PROBLEM, 2000)
