"""What every contestant has to do: the examples, the start, and the numbers of the updates."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

Arrays = list[np.ndarray]

# The numbers of the listings, for problems with every switch on.
DECAY_RATE, BETA_1, BETA_2, STRENGTH, AVERAGE = 0.999, 0.9, 0.999, 0.01, 0.99
# TensorFlow adds it before Adam's correction, JAX and PyTorch after it: too small here to make a difference.
EPSILON = 1e-12


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
    """A neuron without bias, trained by plain gradient descent, or a net with one hidden layer and every switch on.

    The net has ReLUs, Adam, a rate that decays in stairs, an L2 penalty and a moving average. The loss is the mean
    squared error, or the softmax cross-entropy where ``y`` holds class ids. What comes out is the neuron's weight, or
    the net's parameters after the updates and then their averages.
    """

    start: Arrays  # [W], or [W1, b1, W2, b2]
    data: Data
    rate: float
    decay_steps: int | None = None  # None for a neuron

    @property
    def is_net(self) -> bool:
        """Whether there is a hidden layer, and with it every switch."""
        return len(self.start) > 1

    @property
    def has_classes(self) -> bool:
        """Whether ``y`` holds class ids."""
        return self.data.y.dtype.kind == "i"
