"""The handwritten digits against scikit-learn's."""

import subprocess
import sys
from collections import Counter

import numpy as np
import pytest
from sklearn.datasets import load_digits

from nnopt_course import datasets


def test_digits_are_those_of_scikit_learn_from_paper_0_to_ink_1():
    theirs, (x, y) = load_digits(), datasets.digits()
    assert (x.shape, x.dtype, y.shape, y.dtype) == ((1797, 64), np.float64, (1797,), np.int64)
    np.testing.assert_array_equal(x.reshape(-1, 8, 8) * 16, theirs.images)
    np.testing.assert_array_equal(y, theirs.target)
    assert (x.min(), x.max()) == (0, 1)
    assert (min(Counter(y.tolist()).values()), max(Counter(y.tolist()).values())) == (174, 183)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, "float32"])
def test_digits_are_exact_in_every_dtype(dtype):
    x, y = datasets.digits(dtype=dtype)
    assert (x.dtype, y.dtype) == (dtype, np.int64)
    np.testing.assert_array_equal(x, datasets.digits().x)


def test_neighbors_among_the_digits_look_alike_as_the_docstring_says():
    x, y = datasets.digits()
    distance = (x**2).sum(axis=1) - 2 * x @ x.T  # and the square of each row's own length, which is the same in a row
    distance[y[:, np.newaxis] != y] = np.inf
    np.fill_diagonal(distance, np.inf)
    here = np.arange(len(x))
    assert np.median(abs(distance.argmin(axis=1) - here)) == 85
    others = np.concatenate([abs(here[y == k][:, np.newaxis] - here[y == k]).ravel() for k in range(10)])
    assert np.median(others) == pytest.approx(513, abs=10)


LOADED = """
import sys
from nnopt_course import datasets
before = sorted({"sklearn", "scipy", "tensorflow"} & set(sys.modules))
datasets.digits()
print(before, "sklearn" in sys.modules, "tensorflow" in sys.modules)
"""


def test_scikit_learn_is_loaded_only_when_digits_are_asked_for():
    done = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, text=True, check=True)
    assert done.stdout == "[] True False\n"


@pytest.mark.parametrize(
    ("dtype", "error", "message"),
    [(np.uint8, ValueError, "dtype must be floating, got uint8"), (3, TypeError, "dtype must be a NumPy dtype")],
)
def test_digits_refuses_a_dtype_that_is_not_floating(dtype, error, message):
    with pytest.raises(error, match=message):
        datasets.digits(dtype=dtype)
