"""Which examples an update sees: each equally often, in their own order or shuffled, whatever the size of a batch."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnopt_course import datasets, losses, training
from nnopt_course._tensorflow import tf
from nnopt_course.training import _batches, _runs

sizes = st.integers(1, 30).flatmap(lambda n: st.tuples(st.just(n), st.integers(1, n)))


def visits(parameters, marks):
    """The gradient of a batch is how often it holds each example."""
    return tf.reduce_sum(marks @ parameters[0][:, tf.newaxis])


def line(parameters, x, y):
    return losses.mean_squared_error(y, x @ parameters[0])


def stream(seed, examples, count):
    """Return the first ``count`` row numbers of a shuffled run, from NumPy."""
    random = np.random.RandomState(seed)
    return np.concatenate([random.permutation(examples) for _ in range(-(-count // examples))])[:count]


def counts_of_updates(**options):
    """Train for 24 updates on 12 examples and return how often each update saw each example, shape (24, 12)."""
    run = training.train(visits, [np.zeros(12)], [np.eye(12)], steps=24, learning_rate=1, record_every=1, **options)
    return np.diff(-run.parameters[0], axis=0, prepend=0)


@pytest.mark.parametrize("jit", [True, False])
@pytest.mark.parametrize("shuffle_seed", [None, 0, 7])
@pytest.mark.parametrize("batch_size", [1, 3, 5, 7, 11, 12, None])
def test_batches_follow_one_another_in_an_endless_list_of_rows(batch_size, shuffle_seed, jit):
    counts = counts_of_updates(batch_size=batch_size, shuffle_seed=shuffle_seed, jit=jit)
    size = batch_size or 12
    rows = np.arange(24 * size) % 12 if shuffle_seed is None else stream(shuffle_seed, 12, 24 * size)
    expected = [np.bincount(batch, minlength=12) for batch in rows.reshape(24, size)]
    np.testing.assert_array_equal(counts, expected)
    assert (counts.sum(axis=0) == 24 * size / 12).all()  # every example equally often


@pytest.mark.parametrize("shuffle_seed", [None, 7])
def test_after_every_update_the_counts_of_two_examples_differ_by_at_most_one(shuffle_seed):
    seen = counts_of_updates(batch_size=5, shuffle_seed=shuffle_seed).cumsum(axis=0)
    spread = seen.max(axis=1) - seen.min(axis=1)
    assert spread.max() == 1


@given(sizes, st.integers(0, 2**53 - 1) | st.integers(2**31 - 3, 2**31 + 3))
def test_a_cyclic_batch_is_exact_at_any_step(sizes, step):
    examples, batch_size = sizes
    batch_at = _batches.cyclic([tf.range(examples), tf.reshape(tf.range(2 * examples), (examples, 2))], batch_size)
    rows, pairs = batch_at(tf.constant(step, tf.int64))
    expected = [(step * batch_size + i) % examples for i in range(batch_size)]  # Python's integers have no end
    assert rows.numpy().tolist() == expected
    assert pairs.numpy().tolist() == [[2 * row, 2 * row + 1] for row in expected]


@given(st.integers(1, 20), st.lists(st.integers(1, 50), min_size=1, max_size=6), st.integers(0, 100))
def test_shuffled_rows_can_be_taken_in_any_portions_and_from_any_place(examples, portions, skip):
    rows = _batches.ShuffledRows(3, examples, skip)
    taken = np.concatenate([rows.take(count) for count in portions])
    np.testing.assert_array_equal(taken, stream(3, examples, skip + sum(portions))[skip:])
    assert taken.dtype == np.int32


def test_every_round_of_a_shuffled_run_has_all_rows_and_an_order_of_its_own():
    rounds = stream(5, 12, 60).reshape(5, 12)
    got = counts_of_updates(batch_size=1, shuffle_seed=5).argmax(axis=1).reshape(2, 12)
    assert got.tolist() == rounds[:2].tolist()
    assert (np.sort(got, axis=1) == np.arange(12)).all()
    assert (got[0] != got[1]).any()


def test_a_shuffled_run_equals_numpy():
    data, w = datasets.yogurt(), np.array([[-0.8], [1.5]])
    run = training.train(line, [w], data, steps=200, learning_rate=0.05, batch_size=5, shuffle_seed=11, record_every=1)
    visited = []
    for rows in stream(11, 32, 1000).reshape(200, 5):
        x, y = data.x[rows], data.y[rows]
        w = w - 0.05 * 2 * x.T @ (x @ w - y) / 5
        visited.append(w)
    # Rounding in float64 shrinks from step to step, since every step pulls towards the optimum.
    np.testing.assert_allclose(run.parameters[0], visited, rtol=0, atol=1e-12)


@pytest.mark.parametrize("largest", [1, 64])
def test_a_long_shuffled_run_is_handed_its_rows_in_portions_and_ends_with_the_same_bits(largest, monkeypatch):
    options = {"steps": 50, "learning_rate": 0.1, "batch_size": 5, "shuffle_seed": 2, "record_every": 3}
    whole = training.train(line, [np.zeros((2, 1))], datasets.yogurt(), **options)
    monkeypatch.setattr(_runs, "_LARGEST_ORDER", largest)
    portions = training.train(line, [np.zeros((2, 1))], datasets.yogurt(), **options)
    for field in ("step", "loss"):
        np.testing.assert_array_equal(getattr(portions, field), getattr(whole, field))
    np.testing.assert_array_equal(portions.parameters[0], whole.parameters[0])


def test_seeds_give_different_runs_and_the_same_seed_the_same():
    finals = [
        training.train(
            line, [np.zeros((2, 1))], datasets.yogurt(), steps=9, learning_rate=0.1, batch_size=5, shuffle_seed=seed
        ).final[0]
        for seed in (1, 1, 2)
    ]
    assert (finals[0] == finals[1]).all()
    assert (finals[0] != finals[2]).any()


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"shuffle_seed": -1}, ValueError, "shuffle_seed must be at least 0, got -1"),
        ({"shuffle_seed": 2**32}, ValueError, "shuffle_seed must be at most 4294967295, got 4294967296"),
        ({"shuffle_seed": 1.0}, TypeError, r"shuffle_seed must be an integer, got 1\.0"),
        ({"shuffle_seed": True}, TypeError, "shuffle_seed must be an integer, got True"),
    ],
)
def test_a_bad_seed_is_refused(options, error, message):
    with pytest.raises(error, match=message):
        counts_of_updates(batch_size=5, **options)


def test_a_seed_without_data_is_refused():
    with pytest.raises(ValueError, match="shuffle_seed must be left out when there is no data, got 3"):
        training.train(lambda p: (p[0] + 1) ** 2, [np.float64(5)], steps=3, learning_rate=0.1, shuffle_seed=3)
