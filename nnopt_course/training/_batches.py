"""Which examples an update sees: consecutive rows taken cyclically, or shuffled ones, each example equally often."""

import math
from collections.abc import Callable, Sequence

import numpy as np

from nnopt_course._tensorflow import tf

BatchAt = Callable[[tf.Tensor], Sequence[tf.Tensor]]


class ShuffledRows:
    """Row numbers without end: epoch after epoch, each in an order of its own, all drawn from one ``RandomState``."""

    def __init__(self, seed: int, examples: int, skip: int) -> None:
        """Start after the first ``skip`` row numbers."""
        self._random, self._examples = np.random.RandomState(seed), examples
        for _ in range(skip // examples):
            self._random.permutation(examples)
        self._left = np.zeros(0, np.int32)
        self.take(skip % examples)

    def take(self, count: int) -> np.ndarray:
        """Return the next ``count`` row numbers, shape ``(count,)``, int32."""
        epochs = range(-(-(count - len(self._left)) // self._examples))
        orders = [self._random.permutation(self._examples).astype(np.int32) for _ in epochs]
        rows = np.concatenate([self._left, *orders])
        self._left = rows[count:]
        return rows[:count]


def cyclic(data: Sequence[tf.Tensor], batch_size: int) -> BatchAt:
    """Return ``batch_at(step)``, the rows ``step * batch_size`` and following ones, modulo the number of examples."""
    if not data or data[0].shape[0] == batch_size:
        return lambda step: data
    examples = data[0].shape[0]
    common = math.gcd(examples, batch_size)
    period, overhang = examples // common, batch_size - common
    # XLA shifts a slice that runs over the end without a word, so the first rows stand there once more.
    rows = [tf.concat([values, values[:overhang]], axis=0) for values in data] if overhang else data

    def batch_at(step):
        start = step % period * batch_size % examples
        return [tf.slice(v, [start] + [0] * (v.shape.rank - 1), [batch_size, *v.shape[1:]]) for v in rows]

    return batch_at


def gathered(data: Sequence[tf.Tensor], batch_size: int, order: tf.Tensor, first: tf.Tensor) -> BatchAt:
    """Return ``batch_at(step)``, the rows that ``order`` names from place ``(step - first) * batch_size`` on."""

    def batch_at(step):
        # XLA would compile a slice anew for every value of first.
        rows = tf.gather(order, (step - first) * batch_size + tf.range(batch_size, dtype=tf.int64))
        return [tf.gather(values, rows) for values in data]

    return batch_at
