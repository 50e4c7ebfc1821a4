"""Points made by formula.

They are drawn in float64 from ``RandomState``, whose numbers NumPy guarantees forever (its successor ``default_rng``
may change them), and rounded once to the dtype asked for.
"""

import numpy as np
from numpy.typing import DTypeLike

from nnopt_course import _checks
from nnopt_course.datasets.rows import Dataset


def yogurt(*, examples: int = 32, seed: int = 23455, dtype: DTypeLike = np.float64) -> Dataset:
    r"""Daily yogurt sales that follow two observations, the data of listings ``opt4_1`` to ``opt4_3``.

    .. math:: y = x_1 + x_2 + u, \qquad x_1, x_2 \sim U(0, 1), \quad u \sim U(-0.05, 0.05)

    All of ``x`` is drawn first, then the noise :math:`u` row by row, as in the listings; with the default arguments the
    rows are theirs. More examples keep the first rows of ``x`` and draw other noise for them, so fresh days to test a
    network of the listings on come from another seed.

    Args:
      examples: number of rows, at least 1.
      seed: seed of NumPy's legacy generator ``RandomState``, in ``[0, 2**32)``.
      dtype: dtype of both arrays. The listings train in ``float32``.

    Returns:
      ``x`` of shape ``(examples, 2)`` and ``y`` of shape ``(examples, 1)``, without unit.

    Raises:
      ValueError: if ``examples`` is below 1, ``seed`` is out of range, or ``dtype`` is not floating.
      TypeError: if ``examples`` or ``seed`` is not an integer, or ``dtype`` is no NumPy dtype.

    >>> x, y = yogurt()
    >>> x.shape, y.shape
    ((32, 2), (32, 1))
    >>> [float(value) for value in (*x[0].round(4), *y[0].round(4))]
    [0.8349, 0.1148, 0.9698]
    """
    examples, random, dtype = _check(examples, seed, dtype)
    x = random.rand(examples, 2)
    noise = random.rand(examples, 1) / 10 - 0.05
    return Dataset(x.astype(dtype), (x.sum(axis=1, keepdims=True) + noise).astype(dtype))


def disk(*, examples: int = 300, seed: int = 2, dtype: DTypeLike = np.float64) -> Dataset:
    r"""Red points inside a disk and blue points around it, the data of listings ``opt4_7`` and ``opt4_8``.

    .. math:: x_1, x_2 \sim N(0, 1), \qquad y = \begin{cases} 1 & x_1^2 + x_2^2 < 2 \\ 0 & \text{otherwise} \end{cases}

    With the default arguments the rows are those of the listings, 188 of them red (1). The expected share of red is
    :math:`1 - 1/e = 0.632`. There is no noise: a circle of radius :math:`\sqrt 2` separates the two exactly. More
    examples keep the first rows, so ``split(disk(examples=1300), test_examples=1000)`` trains on the listings' 300.

    Args:
      examples: number of rows, at least 1.
      seed: seed of NumPy's legacy generator ``RandomState``, in ``[0, 2**32)``.
      dtype: dtype of both arrays.

    Returns:
      ``x`` of shape ``(examples, 2)``, without unit, and ``y`` of shape ``(examples, 1)``, 1 for red and 0 for blue.

    Raises:
      ValueError: if ``examples`` is below 1, ``seed`` is out of range, or ``dtype`` is not floating.
      TypeError: if ``examples`` or ``seed`` is not an integer, or ``dtype`` is no NumPy dtype.

    >>> x, y = disk()
    >>> x.shape, y.shape, int(y.sum())
    ((300, 2), (300, 1), 188)
    """
    examples, random, dtype = _check(examples, seed, dtype)
    x = random.randn(examples, 2)
    is_red = (x**2).sum(axis=1, keepdims=True) < 2
    return Dataset(x.astype(dtype), is_red.astype(dtype))


def moons(*, examples: int = 300, noise: float = 0.2, seed: int = 0, dtype: DTypeLike = np.float64) -> Dataset:
    r"""Two half circles that reach into each other: blue the upper one, red the lower one.

    .. math::

        x = \varepsilon + \begin{cases}
            (c, \, s) & y = 0 \\
            (1 - c, \, \tfrac12 - s) & y = 1
        \end{cases}
        \qquad \varepsilon \sim N(0, \sigma^2 I)

    where :math:`(c, s)` is a random point of the half circle :math:`c^2 + s^2 = 1`, :math:`s \ge 0`, and :math:`\sigma`
    is ``noise``. The labels take turns, 0, 1, 0, 1, ..., so that consecutive rows make balanced batches. The moons come
    as near as 0.5 to each other. With noise of 0.2 some 4 of 100 points lie nearer to the other moon, 11 of the default
    ones: a network that gets all of them right in training has learned the noise. More examples keep the first rows.

    Args:
      examples: number of rows, at least 1.
      noise: standard deviation :math:`\sigma` of each coordinate, at least 0; the half circles have radius 1.
      seed: seed of NumPy's legacy generator ``RandomState``, in ``[0, 2**32)``.
      dtype: dtype of both arrays.

    Returns:
      ``x`` of shape ``(examples, 2)``, without unit, and ``y`` of shape ``(examples, 1)``, 1 for red and 0 for blue.

    Raises:
      ValueError: if ``examples`` is below 1, ``noise`` is negative or not finite, ``seed`` is out of range, or
        ``dtype`` is not floating.
      TypeError: if ``examples`` or ``seed`` is not an integer, ``noise`` is not a number, or ``dtype`` is no NumPy
        dtype.

    Source: the shape is that of ``make_moons``, Pedregosa et al., *Scikit-learn* (2011).

    >>> x, y = moons(noise=0)
    >>> y[:4, 0].tolist(), (x[0] ** 2).sum().round(4).item()
    ([0.0, 1.0, 0.0, 1.0], 1.0)
    """
    examples, random, dtype = _check(examples, seed, dtype)
    noise = float(_checks.not_negative("noise", noise))
    z = random.randn(examples, 4)  # one draw of whole rows, so that more examples keep the first ones
    # Two normal numbers point in a random direction, each as likely as any other.
    point = np.stack([z[:, 0], abs(z[:, 1])], axis=1) / np.sqrt(z[:, :1] ** 2 + z[:, 1:2] ** 2)
    y = np.arange(examples)[:, np.newaxis] % 2
    x = np.where(y == 0, point, [1, 0.5] - point) + noise * z[:, 2:]
    return Dataset(x.astype(dtype), y.astype(dtype))


def _check(examples: int, seed: int, dtype: DTypeLike) -> tuple[int, np.random.RandomState, np.dtype]:
    examples = _checks.positive_integer("examples", examples, largest=2**31 - 1)
    return examples, np.random.RandomState(_checks.seed(seed)), _checks.floating_dtype(dtype)
