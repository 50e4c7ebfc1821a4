"""What holding out rows means: every row in exactly one part, shares of classes kept, fair and repeatable."""

import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnopt_course import datasets

seeds = st.integers(0, 2**32 - 1)


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


def test_the_rows_held_out_do_not_depend_on_how_this_processor_sorts():
    ids = np.arange(200) % 3
    places = sorted(np.random.RandomState(0).permutation(200).tolist(), key=ids.__getitem__)  # keeps the order of ties
    test = datasets.split((np.arange(200)[:, np.newaxis], ids), test_examples=50, seed=0).test
    assert set(test.x[:, 0].tolist()) == {places[number * 4] for number in range(50)}


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


def test_x_may_be_a_vector():
    train, test = datasets.split((np.arange(5), np.arange(5)), test_examples=2)
    assert (train.x.tolist(), test.x.tolist()) == ([0, 1, 2], [3, 4])


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
        ({"seed": -1}, ValueError, "seed must be at least 0, got -1"),
        ({"seed": 2**32}, ValueError, "seed must be at most 4294967295, got 4294967296"),
        ({"seed": 1.0}, TypeError, r"seed must be an integer, got 1\.0"),
        ({"seed": True}, TypeError, "seed must be an integer, got True"),
        ({"seed": "2"}, TypeError, "seed must be an integer, got '2'"),
        ({"data": (np.zeros((5, 2)), np.zeros(4))}, ValueError, r"equally many rows.* got shapes \(5, 2\) and \(4,\)"),
        ({"data": (np.zeros((1, 2)), np.zeros(1))}, ValueError, r"at least 2, got shapes \(1, 2\) and \(1,\)"),
        ({"data": (np.zeros((0, 2)), np.zeros(0))}, ValueError, r"at least 2, got shapes \(0, 2\) and \(0,\)"),
        ({"data": (1.0, 2.0)}, ValueError, r"data must be x and y .* got shapes \(\) and \(\)"),
        ({"data": (np.zeros(5), 2.0)}, ValueError, r"data must be x and y .* got shapes \(5,\) and \(\)"),
        ({"data": (2.0, np.zeros(5))}, ValueError, r"data must be x and y .* got shapes \(\) and \(5,\)"),
        ({"data": (np.zeros((5, 2)),)}, ValueError, r"data must be the pair \(x, y\), got 1 arrays"),
        ({"data": (*FIVE, np.zeros(5))}, ValueError, r"data must be the pair \(x, y\), got 3 arrays"),
        ({"data": np.zeros((2, 5))}, TypeError, r"data must be the pair \(x, y\), got ndarray"),
        ({"data": ([[1.0], [1.0, 2.0]], [0, 1])}, TypeError, r"data must be two arrays, x and y, got \(\[\[1\.0\], \["),
        ({"data": None}, TypeError, r"data must be the pair \(x, y\), got NoneType"),
    ],
)
def test_split_refuses_wrong_arguments(arguments, error, message):
    with pytest.raises(error, match=message):
        datasets.split(**{"data": FIVE, "test_examples": 2, **arguments})
