"""The data of the template: examples to train on, and others that training never sees."""

import numpy as np
from numpy.typing import DTypeLike

from nnopt_course import _checks
from nnopt_course.datasets import Split, digits, disk, split

DATA = ("disk", "digits")  #: Names of the datasets.


def generateds(data: str = "disk", *, class_ids: bool = False, dtype: DTypeLike = np.float64) -> Split:
    """Make one of two datasets.

    ======= ======== ======== ====== =======================================================================
    data    to train held out inputs what it is
    ======= ======== ======== ====== =======================================================================
    disk    300      1000     2      red and blue points; the first 300 are those of listing ``opt4_8``
    digits  1500     297      64     handwritten digits, 8 by 8 pixels, each digit with its share in both parts
    ======= ======== ======== ====== =======================================================================

    Args:
      data: name of the dataset.
      class_ids: give the answers as class ids, which softmax cross-entropy asks for, and not as numbers for mean
        squared error.
      dtype: dtype of all numbers but class ids.

    Returns:
      The two parts, ``train`` and ``test``. ``x`` has shape ``(N, inputs)``. ``y`` has shape ``(N,)`` as class ids. As
      numbers it has shape ``(N, 1)`` for two classes, 1 for red and 0 for blue, and ``(N, K)`` for :math:`K > 2`
      classes, 1 in the column of the class and 0 elsewhere.

    Raises:
      ValueError: if ``data`` is not one of the names or ``dtype`` is not floating.
      TypeError: if ``data`` is no string, ``class_ids`` no boolean, or ``dtype`` no NumPy dtype.

    >>> train, test = generateds()
    >>> train.x.shape, test.x.shape, int(train.y.sum())
    ((300, 2), (1000, 2), 188)
    >>> generateds("digits").train.y[0].tolist()
    [0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]
    """
    if _checks.one_of("data", data, DATA) == "disk":
        x, y = disk(examples=1300, dtype=dtype)
        if _checks.boolean("class_ids", class_ids):
            y = y[:, 0].astype(np.int64)
        return split((x, y), test_examples=1000)
    parts = split(digits(dtype=dtype), test_examples=297, seed=0)
    if _checks.boolean("class_ids", class_ids):
        return parts
    one_hot = np.eye(10, dtype=dtype)
    return Split(*(part._replace(y=one_hot[part.y]) for part in parts))
