"""Points made by formula: yogurt, disk and moons, against the listings' own lines, scikit-learn and geometry."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.datasets import make_moons

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


# The red and blue points of opt4_7 -----------------------------------------------------------------------------------


def listing_of_points(seed, examples):
    """The lines of ``opt4_7``."""
    rdm = np.random.RandomState(seed)
    x = rdm.randn(examples, 2)
    y_ = [int(x0 * x0 + x1 * x1 < 2) for (x0, x1) in x]
    return x, np.vstack(y_).reshape(-1, 1)


def test_disk_has_the_188_red_points_of_the_listing():
    x, y = listing_of_points(2, 300)
    data = datasets.disk()
    assert data.x.tobytes() == x.tobytes()
    np.testing.assert_array_equal(data.y, y)
    assert data.y.sum() == 188


@given(seeds, st.integers(1, 60))
def test_disk_has_the_bits_of_the_listing_for_any_seed_and_size(seed, examples):
    x, y = listing_of_points(seed, examples)
    data = datasets.disk(examples=examples, seed=seed)
    assert data.x.tobytes() == x.tobytes()
    np.testing.assert_array_equal(data.y, y)
    assert (data.y.shape, data.y.dtype) == ((examples, 1), np.float64)


def test_a_point_on_the_circle_is_blue_as_in_the_listing(monkeypatch):
    class Drawn(np.random.RandomState):
        def randn(self, *shape):
            return np.array([[1.0, 1.0], [-1.0, 0.0], [0.0, 2.0]])

    monkeypatch.setattr(np.random, "RandomState", Drawn)
    assert datasets.disk(examples=3).y[:, 0].tolist() == [0, 1, 0]


def test_the_share_of_red_points_is_that_of_the_normal_distribution():
    n, p = 100_000, 1 - math.exp(-1)  # the squared radius is exponential with mean 2
    assert abs(datasets.disk(examples=n, seed=0).y.mean() - p) < 5 * math.sqrt(p * (1 - p) / n)


# Moons --------------------------------------------------------------------------------------------------------------


def to_nearest(points, curve):
    """Return the distance of each point to the nearest point of a curve."""
    return np.sqrt(((points[:, np.newaxis] - curve[np.newaxis]) ** 2).sum(axis=2)).min(axis=1)


UPPER, LOWER = np.split(make_moons(4000, shuffle=False)[0], 2)  # scikit-learn's, points 0.0016 apart


@given(seeds)
def test_moons_without_noise_lie_on_those_of_scikit_learn_and_fill_them(seed):
    x, y = datasets.moons(examples=200, noise=0, seed=seed)
    for label, curve in enumerate([UPPER, LOWER]):
        moon = x[y[:, 0] == label]
        assert len(moon) == 100
        # A point of the arc is at most half a step, 0.0008, away from scikit-learn's points.
        assert to_nearest(moon, curve).max() < 0.0008
        # A gap of 0.8 in an arc of length pi that 100 points leave empty has a chance of some 100 (1 - 0.8 / pi)^99.
        assert to_nearest(curve, moon).max() < 0.8


def test_moons_fill_every_part_of_the_half_circle_alike():
    x, y = datasets.moons(examples=20_000, noise=0, seed=0)
    for label, center in enumerate([(0, 0), (1, 0.5)]):
        angle = np.arctan2(*(x[y[:, 0] == label] - center).T[::-1]) % math.pi
        counts, _ = np.histogram(angle, bins=10, range=(0, math.pi))
        assert counts.sum() == 10_000
        assert abs(counts - 1000).max() < 5 * math.sqrt(1000 * 0.9)  # binomial, five standard deviations


def test_the_noise_of_moons_is_normal_in_each_coordinate():
    exact, noisy = (datasets.moons(examples=20_000, noise=noise, seed=1) for noise in (0, 0.3))
    epsilon = (noisy.x - exact.x) / 0.3
    np.testing.assert_array_equal(noisy.y, exact.y)
    # Five standard errors of a mean, a variance, a fourth moment (variance 96) and a correlation of normal numbers.
    assert abs(epsilon.mean(axis=0)).max() < 5 / math.sqrt(20_000)
    assert abs((epsilon**2).mean(axis=0) - 1).max() < 5 * math.sqrt(2 / 20_000)
    assert abs((epsilon**4).mean(axis=0) - 3).max() < 5 * math.sqrt(96 / 20_000)
    for other in (epsilon[:, 1], exact.x[:, 0], exact.x[:, 1]):
        assert abs(np.corrcoef(epsilon[:, 0], other)[0, 1]) < 5 / math.sqrt(20_000)


def test_moons_take_turns_and_overlap_as_the_docstring_says():
    x, y = datasets.moons()
    assert x.shape == (300, 2)
    np.testing.assert_array_equal(y[:, 0], [0, 1] * 150)
    nearer_to_lower = to_nearest(x, LOWER) < to_nearest(x, UPPER)
    assert (nearer_to_lower != y[:, 0]).sum() == 11
    assert to_nearest(LOWER, UPPER).min() == pytest.approx(0.5, abs=1e-6)  # a cosine of half a step


# All of them ---------------------------------------------------------------------------------------------------------

POINTS = [datasets.yogurt, datasets.disk, datasets.moons]
every_function = pytest.mark.parametrize("function", POINTS)


@every_function
def test_a_seed_gives_the_same_rows_every_time_and_another_seed_others(function):
    np.testing.assert_array_equal(function().x, function().x)
    assert not np.isin(function(seed=5).x, function(seed=6).x).any()


@every_function
@pytest.mark.parametrize("dtype", [np.float32, "float32"])
def test_points_are_drawn_in_float64_and_rounded_once(function, dtype):
    for wide, narrow in zip(function(examples=1000), function(examples=1000, dtype=dtype), strict=True):
        assert (wide.dtype, narrow.dtype) == (np.float64, dtype)
        np.testing.assert_array_equal(narrow, wide.astype(dtype))


@pytest.mark.parametrize("function", [datasets.disk, datasets.moons])
@given(seed=seeds, examples=st.integers(1, 50), more=st.integers(1, 50))
def test_more_examples_keep_the_first_rows(function, seed, examples, more):
    few, many = function(seed=seed, examples=examples), function(seed=seed, examples=examples + more)
    for first, longer in zip(few, many, strict=True):
        assert longer[:examples].tobytes() == first.tobytes()


def test_more_days_of_yogurt_keep_the_first_inputs_only():
    few, many = datasets.yogurt(), datasets.yogurt(examples=40)
    np.testing.assert_array_equal(many.x[:32], few.x)
    assert not np.isin(many.y[:32], few.y).any()


BAD_SEEDS = [
    ({"seed": -1}, ValueError, "seed must be at least 0, got -1"),
    ({"seed": 2**32}, ValueError, "seed must be at most 4294967295, got 4294967296"),
    ({"seed": 1.0}, TypeError, r"seed must be an integer, got 1\.0"),
    ({"seed": True}, TypeError, "seed must be an integer, got True"),
    ({"seed": "2"}, TypeError, "seed must be an integer, got '2'"),
]


@every_function
@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"examples": 0}, ValueError, "examples must be at least 1, got 0"),
        ({"examples": -3}, ValueError, "examples must be at least 1, got -3"),
        ({"examples": 10**400}, ValueError, "examples must be at most 2147483647, got 10000"),
        ({"examples": 2.0}, TypeError, r"examples must be an integer, got 2\.0"),
        ({"examples": True}, TypeError, "examples must be an integer, got True"),
        ({"examples": "32"}, TypeError, "examples must be an integer, got '32'"),
        *BAD_SEEDS,
        ({"seed": None}, TypeError, "seed must be an integer, got None"),
        ({"dtype": int}, ValueError, "dtype must be floating, got int64"),
        ({"dtype": bool}, ValueError, "dtype must be floating, got bool"),
        ({"dtype": "float33"}, TypeError, "dtype must be a NumPy dtype or its name, got 'float33'"),
    ],
)
def test_wrong_arguments_are_refused(function, arguments, error, message):
    with pytest.raises(error, match=message):
        function(**arguments)


@pytest.mark.parametrize(
    ("noise", "error", "message"),
    [
        (-0.1, ValueError, r"noise must be finite and at least 0, got -0\.1"),
        (math.nan, ValueError, "noise must be finite and at least 0, got nan"),
        (math.inf, ValueError, "noise must be finite and at least 0, got inf"),
        ("0.1", TypeError, r"noise must be a number, got '0\.1'"),
        (True, TypeError, "noise must be a number, got True"),
        (None, TypeError, "noise must be a number, got None"),
        ([0.1, 0.2], TypeError, r"noise must be a number, got \[0\.1, 0\.2\]"),
    ],
)
def test_moons_refuses_a_wrong_noise(noise, error, message):
    with pytest.raises(error, match=message):
        datasets.moons(noise=noise)
