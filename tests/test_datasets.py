"""The course's data against the listings' own lines, scikit-learn and geometry; and what holding out rows means."""

import math
import subprocess
import sys
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.datasets import load_digits, make_moons

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


# Digits -------------------------------------------------------------------------------------------------------------


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


# All generated points -----------------------------------------------------------------------------------------------

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


@pytest.mark.parametrize(
    ("dtype", "error", "message"),
    [(np.uint8, ValueError, "dtype must be floating, got uint8"), (3, TypeError, "dtype must be a NumPy dtype")],
)
def test_digits_refuses_a_dtype_that_is_not_floating(dtype, error, message):
    with pytest.raises(error, match=message):
        datasets.digits(dtype=dtype)


# Holding rows out ---------------------------------------------------------------------------------------------------


@st.composite
def numbered(draw):
    """Rows that carry their number, with class ids or with two floating outputs, and how many to hold out."""
    n = draw(st.integers(2, 60))
    x = np.stack([np.arange(n), np.arange(n) ** 2], axis=1).astype(np.float32)
    ids = np.array(draw(st.lists(st.integers(0, 4), min_size=n, max_size=n)))
    y = draw(st.sampled_from([np.sqrt(x), x[:, :1] % 2, ids]))
    return datasets.Dataset(x, y), draw(st.integers(1, n - 1))


@given(numbered(), st.none() | seeds)
def test_each_row_goes_to_exactly_one_part_and_keeps_its_answer(numbered, seed):
    data, test_examples = numbered
    parts = datasets.split(data, test_examples=test_examples, seed=seed)
    assert parts._fields == ("train", "test")
    assert len(parts.test.x) == test_examples
    numbers = [part.x[:, 0].astype(int) for part in parts]
    assert sorted(np.concatenate(numbers)) == list(range(len(data.x)))
    for part, rows in zip(parts, numbers, strict=True):
        for ours, whole in zip(part, data, strict=True):
            assert ours.dtype == whole.dtype
            np.testing.assert_array_equal(ours, whole[rows])


@given(numbered())
def test_without_a_seed_the_last_rows_are_held_out_in_their_order(numbered):
    data, test_examples = numbered
    train, test = datasets.split(data, test_examples=test_examples)
    np.testing.assert_array_equal(np.concatenate([train.x, test.x]), data.x)


@given(seeds, st.lists(st.integers(-2, 3), min_size=2, max_size=60), st.data())
def test_a_seeded_split_keeps_the_share_of_each_class(seed, ids, data):
    test_examples = data.draw(st.integers(1, len(ids) - 1))
    parts = datasets.split((np.zeros((len(ids), 1)), np.array(ids)), test_examples=test_examples, seed=seed)
    held_out = Counter(parts.test.y.tolist())
    for class_id, count in Counter(ids).items():
        share, remainder = divmod(test_examples * count, len(ids))
        assert held_out[class_id] in (share, share + (remainder > 0))


@pytest.mark.parametrize("seed", [None, 0])
def test_the_digits_split_is_complete_and_disjoint(seed):
    data = datasets.digits()
    train, test = datasets.split(data, test_examples=450, seed=seed)
    assert (len(train.x), len(test.x), len(train.y), len(test.y)) == (1347, 450, 1347, 450)
    everyone, seen, unseen = ({row.tobytes() for row in x} for x in (data.x, train.x, test.x))
    assert len(everyone) == 1797  # no image is there twice
    assert seen | unseen == everyone
    assert not seen & unseen
    if seed is not None:
        # Within 1 of a quarter of 174 to 183; shuffled, so a batch of consecutive rows is not one class after another.
        assert {43, 44, 45, 46} >= set(Counter(test.y.tolist()).values())
        assert all(len(set(part.y[:30].tolist())) > 5 for part in (train, test))


@pytest.mark.parametrize("class_ids", [False, True])
def test_every_row_is_held_out_and_placed_anywhere_equally_often(class_ids):
    n, runs = 12, 4000
    ids = np.array([0] * 4 + [1] * 8)
    data = np.arange(n)[:, np.newaxis], ids if class_ids else ids[:, np.newaxis].astype(float)
    splits = [datasets.split(data, test_examples=3, seed=seed) for seed in range(runs)]
    held_out = np.bincount(np.concatenate([parts.test.x[:, 0] for parts in splits]), minlength=n)
    # A quarter of the runs each: binomial, five standard deviations.
    assert abs(held_out - runs / 4).max() < 5 * math.sqrt(runs * 3 / 16)
    first = np.bincount([parts.train.x[0, 0] for parts in splits], minlength=n)
    assert abs(first - runs / n).max() < 5 * math.sqrt(runs / n)


def test_only_a_vector_of_integers_is_taken_for_class_ids():
    x, ids = np.arange(40)[:, np.newaxis], np.arange(40) // 10
    by_class, *others = (
        datasets.split((x, y), test_examples=8, seed=0).test.x[:, 0].tolist()
        for y in (ids, ids.astype(float), ids[:, np.newaxis])
    )
    assert others[0] == others[1] != by_class


def test_a_split_repeats_with_its_seed_and_copies():
    data = datasets.disk()
    first, again, other = (datasets.split(data, test_examples=100, seed=seed) for seed in (0, 0, 1))
    np.testing.assert_array_equal(first.train.x, again.train.x)
    assert not np.array_equal(first.train.x, other.train.x)
    for seed in (None, 0):
        parts = datasets.split(data, test_examples=100, seed=seed)
        assert not any(np.shares_memory(ours, whole) for part in parts for ours in part for whole in data)


def test_the_listings_rows_are_left_to_train_on_when_fresh_ones_are_held_out():
    train, test = datasets.split(datasets.disk(examples=1300), test_examples=1000)
    np.testing.assert_array_equal(train.x, datasets.disk().x)
    np.testing.assert_array_equal(train.y, datasets.disk().y)
    assert not np.isin(test.x, train.x).any()


FIVE = np.zeros((5, 2)), np.zeros((5, 1))


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"test_examples": 0}, ValueError, "test_examples must be at least 1, got 0"),
        ({"test_examples": -1}, ValueError, "test_examples must be at least 1, got -1"),
        ({"test_examples": 5}, ValueError, "test_examples must be at most 4, got 5"),
        ({"test_examples": 0.25}, TypeError, r"test_examples must be an integer, got 0\.25"),
        ({"test_examples": True}, TypeError, "test_examples must be an integer, got True"),
        ({"test_examples": "2"}, TypeError, "test_examples must be an integer, got '2'"),
        *BAD_SEEDS,
        ({"data": (np.zeros((5, 2)), np.zeros(4))}, ValueError, r"equally many rows.* got shapes \(5, 2\) and \(4,\)"),
        ({"data": (np.zeros((1, 2)), np.zeros(1))}, ValueError, r"at least 2, got shapes \(1, 2\) and \(1,\)"),
        ({"data": (np.zeros((0, 2)), np.zeros(0))}, ValueError, r"at least 2, got shapes \(0, 2\) and \(0,\)"),
        ({"data": (1.0, 2.0)}, ValueError, r"data must be x and y .* got shapes \(\) and \(\)"),
        ({"data": (np.zeros(5), 2.0)}, ValueError, r"data must be x and y .* got shapes \(5,\) and \(\)"),
        ({"data": (np.zeros((5, 2)),)}, ValueError, r"data must be the pair \(x, y\), got 1 arrays"),
        ({"data": (*FIVE, np.zeros(5))}, ValueError, r"data must be the pair \(x, y\), got 3 arrays"),
        ({"data": np.zeros((2, 5))}, TypeError, r"data must be the pair \(x, y\), got ndarray"),
        ({"data": None}, TypeError, r"data must be the pair \(x, y\), got NoneType"),
    ],
)
def test_split_refuses_wrong_arguments(arguments, error, message):
    with pytest.raises(error, match=message):
        datasets.split(**{"data": FIVE, "test_examples": 2, **arguments})
