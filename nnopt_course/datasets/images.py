"""Handwritten digits, a small real dataset that needs no download."""

import numpy as np
from numpy.typing import DTypeLike

from nnopt_course import _checks
from nnopt_course.datasets.rows import Dataset


def digits(*, dtype: DTypeLike = np.float64) -> Dataset:
    """Handwritten digits, 1797 images of 8 by 8 pixels, as scikit-learn ships them.

    A pixel counts the dark dots, 0 to 16, in a block of 4 by 4 dots of the scan. It is divided by 16 here, which is
    exact: 0 is paper, 1 is ink. Each class has 174 to 183 images, by 13 people in all.

    The rows have scikit-learn's order, in which neighbors seem to be by one writer: the image of the same digit that
    looks most alike is typically 85 rows away, against 513 by chance. So give :func:`split` a seed. Who wrote what is
    not recorded; after the shuffle both parts hold images by the same people, and the accuracy on the held-out part
    says nothing about people whom the network has never seen.

    Args:
      dtype: dtype of ``x``.

    Returns:
      ``x`` of shape ``(1797, 64)``, ink from 0 to 1; ``x.reshape(-1, 8, 8)`` are the images, row by row. ``y`` of shape
      ``(1797,)``, the digits 0 to 9 as class ids, int64.

    Raises:
      ValueError: if ``dtype`` is not floating.
      TypeError: if ``dtype`` is no NumPy dtype.

    Source: Alpaydin and Kaynak, *Optical Recognition of Handwritten Digits* (1998), UCI Machine Learning Repository,
    the part for testing.

    >>> x, y = digits()
    >>> x.shape, y[:12].tolist()
    ((1797, 64), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1])
    """
    dtype = _checks.floating_dtype(dtype)
    from sklearn.datasets import load_digits  # takes a second to import, and only this function needs it

    x, y = load_digits(return_X_y=True)
    return Dataset((x / 16).astype(dtype), y.astype(np.int64))
