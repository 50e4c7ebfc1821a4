"""The course's data: made by formula from a seed, so that every reader has the same rows."""

import operator
from typing import NamedTuple

import numpy as np
from numpy.typing import DTypeLike

from nnopt_course import _checks


class Dataset(NamedTuple):
    """Examples in rows: ``x`` of shape ``(examples, inputs)`` and ``y`` of shape ``(examples, outputs)``."""

    x: np.ndarray
    y: np.ndarray


def yogurt(*, examples: int = 32, seed: int = 23455, dtype: DTypeLike = np.float64) -> Dataset:
    r"""Daily yogurt sales that follow two observations, the data of listings ``opt4_1`` to ``opt4_3``.

    .. math:: y = x_1 + x_2 + u, \qquad x_1, x_2 \sim U(0, 1), \quad u \sim U(-0.05, 0.05)

    All of ``x`` is drawn first, then the noise :math:`u` row by row, as in the listings; with the default arguments the
    rows are theirs.

    Args:
      examples: number of rows, at least 1.
      seed: seed of NumPy's legacy generator ``RandomState``, in ``[0, 2**32)``.
      dtype: dtype of both arrays. The listings train in ``float32``.

    Returns:
      ``x`` of shape ``(examples, 2)`` and ``y`` of shape ``(examples, 1)``, without unit.

    Raises:
      ValueError: if ``examples`` is below 1, ``seed`` is out of range, or ``dtype`` is not floating.
      TypeError: if ``examples`` or ``seed`` is not an integer.

    >>> x, y = yogurt()
    >>> x.shape, y.shape
    ((32, 2), (32, 1))
    >>> [float(value) for value in (*x[0].round(4), *y[0].round(4))]
    [0.8349, 0.1148, 0.9698]
    """
    examples = _checks.positive_integer("examples", examples)
    if not np.issubdtype(dtype, np.floating):
        raise ValueError(f"dtype must be floating, got {np.dtype(dtype)}: integers would cut off every digit")
    # NumPy guarantees RandomState's numbers forever; its successor default_rng may change them.
    random = np.random.RandomState(operator.index(seed))
    x = random.rand(examples, 2)
    noise = random.rand(examples, 1) / 10 - 0.05
    return Dataset(x.astype(dtype), (x.sum(axis=1, keepdims=True) + noise).astype(dtype))
