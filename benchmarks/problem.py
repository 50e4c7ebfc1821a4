"""What every means of training has to do: the examples, the start, and the numbers of the updates."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np

Arrays = list[np.ndarray]

# The numbers of the listings, for problems with every switch on.
DECAY_RATE, BETA_1, BETA_2, STRENGTH, AVERAGE = 0.999, 0.9, 0.999, 0.01, 0.99
# TensorFlow adds it before Adam's correction, JAX and PyTorch after it: too small here to make a difference.
EPSILON = 1e-12


class MissingError(Exception):
    """A package or a compiler that a means needs is not there; the message says so in a line."""


class Contestant(NamedTuple):
    """One means of training."""

    name: str
    make: Callable[[], Callable[[int], Arrays]]  # prepares; what it returns makes that many updates, from the start
    updates: int  # made in one round of the measurement


class Data(NamedTuple):
    """Examples, and how many an update takes; batches are consecutive and never run over the end."""

    x: np.ndarray
    y: np.ndarray
    batch_size: int

    @property
    def period(self) -> int:
        """Updates until the batches come again."""
        return len(self.x) // self.batch_size

    def batches(self, steps: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Yield the batches of the listings."""
        for step in range(steps):
            first = step % self.period * self.batch_size
            yield self.x[first : first + self.batch_size], self.y[first : first + self.batch_size]


class Problem(NamedTuple):
    """A neuron without bias, or a net with one hidden layer of ReLUs.

    The loss is the mean squared error, or the softmax cross-entropy where ``y`` holds class ids. A net returns its
    parameters after the updates, then their averages; a neuron, which has none, its weight.
    """

    start: Arrays  # [W], or [W1, b1, W2, b2]
    data: Data
    rate: float
    decay_steps: int = 0  # 0 is plain gradient descent; else Adam, a staircase, a penalty and a moving average are on

    @property
    def has_classes(self) -> bool:
        """Whether ``y`` holds class ids."""
        return self.data.y.dtype.kind == "i"
