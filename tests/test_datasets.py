"""The course's data against the listings' own lines."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnopt_course import datasets

seeds = st.integers(0, 2**32 - 1)


def listing(seed, examples):
    """The two lines of ``opt4_1``: all inputs first, then the noise row by row."""
    rdm = np.random.RandomState(seed)
    x = rdm.rand(examples, 2)
    y_ = [[x1 + x2 + (rdm.rand() / 10.0 - 0.05)] for (x1, x2) in x]
    return x, np.array(y_)


def test_yogurt_has_the_bits_of_the_listing():
    x, y = listing(23455, 32)
    data = datasets.yogurt()
    assert data.x.tobytes() == x.tobytes()
    assert data.y.tobytes() == y.tobytes()


@given(seeds, st.integers(1, 60))
def test_yogurt_has_the_bits_of_the_listing_for_any_seed_and_size(seed, examples):
    x, y = listing(seed, examples)
    data = datasets.yogurt(examples=examples, seed=seed)
    assert data.x.tobytes() == x.tobytes()
    assert data.y.tobytes() == y.tobytes()
    assert (data.x.shape, data.y.shape) == ((examples, 2), (examples, 1))


@given(seeds)
def test_the_noise_stays_in_its_range_and_fills_it(seed):
    x, y = datasets.yogurt(examples=1000, seed=seed)
    noise = y - x.sum(axis=1, keepdims=True)
    # Adding and subtracting x rounds by an ulp of 2; that no draw of 1000 is beyond 0.045 has a chance of 0.95**1000.
    assert abs(noise).max() <= 0.05 + 1e-15
    assert noise.min() < -0.045
    assert noise.max() > 0.045
    assert 0 <= x.min() < x.max() < 1


def test_yogurt_is_the_same_every_time_and_differs_between_seeds():
    np.testing.assert_array_equal(datasets.yogurt().x, datasets.yogurt().x)
    assert not np.array_equal(datasets.yogurt().x, datasets.yogurt(seed=1).x)


@pytest.mark.parametrize("dtype", [np.float32, np.float64, "float32"])
def test_yogurt_is_drawn_in_float64_and_rounded_once(dtype):
    x, y = listing(23455, 32)
    data = datasets.yogurt(dtype=dtype)
    assert data.x.dtype == data.y.dtype == dtype
    np.testing.assert_array_equal(data.x, x.astype(dtype))
    np.testing.assert_array_equal(data.y, y.astype(dtype))


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"examples": 0}, ValueError, "examples must be at least 1, got 0"),
        ({"examples": -3}, ValueError, "examples must be at least 1, got -3"),
        ({"examples": 2.0}, TypeError, r"examples must be an integer, got 2\.0"),
        ({"seed": -1}, ValueError, "[Ss]eed must be between 0 and"),
        ({"seed": 2**32}, ValueError, "[Ss]eed must be between 0 and"),
        ({"seed": None}, TypeError, "cannot be interpreted as an integer"),
        ({"dtype": int}, ValueError, "dtype must be floating, got int64"),
    ],
)
def test_yogurt_refuses_wrong_arguments(arguments, error, message):
    with pytest.raises(error, match=message):
        datasets.yogurt(**arguments)
