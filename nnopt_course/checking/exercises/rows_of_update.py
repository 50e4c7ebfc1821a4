"""Exercise "Who gets seen?": the rows of each update when the batch size does not divide the data."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from nnopt_course.checking.core import Exercise, Mistake, Probe
from nnopt_course.checking.observing import Answer, Look, Unusable

FIRST = "Return the numbers of all `batch_size` rows, in a list or array. Update 0 starts at row 0."
WRAP = "Go on at row 0 when the rows have run out, within the same batch."
LATER = "The data never end: behind the last row comes row 0, in every later round too."
NEXT = "Each update goes on at the row after the last one of the update before."


def rows(first: int, stop: int, examples: int, batch_size: int) -> Look:
    """Look at the rows of the updates from ``first`` up to ``stop``, one after the other."""

    def look(answer: Answer) -> Any:
        found = [_numbers(answer(update, examples, batch_size)) for update in range(first, stop)]
        unusable = [value for value in found if value is None or isinstance(value, Unusable)]
        return unusable[0] if unusable else np.concatenate(found)

    return look


def times_seen(updates: int, examples: int, batch_size: int) -> Look:
    """Look at how often each row is seen."""

    def look(answer: Answer) -> Any:
        found = rows(0, updates, examples, batch_size)(answer)
        return [np.sum(found == row) for row in range(examples)] if isinstance(found, np.ndarray) else found

    return look


def _numbers(value: Any) -> np.ndarray | Unusable | None:
    if value is None:
        return None
    try:
        return np.asarray(value, np.float64).ravel()
    except (TypeError, ValueError):
        words = (
            f"your function returned a {type(value).__name__}. Return the row numbers themselves, in a list or array."
        )
        return Unusable(words)


# 10 rows end within a batch; 7 rows do so in other places; 12 rows never do.
ORDERS = (rows(0, 6, 10, 4), rows(0, 8, 7, 3), rows(0, 5, 12, 4))


def probes(rng: np.random.Generator) -> Iterator[Probe]:
    """Yield single updates first, then the end of the data, whole runs and counts."""
    ten = "10 examples, batches of 4"
    yield Probe(f"{ten}, update 0", rows(0, 1, 10, 4), [0, 1, 2, 3], FIRST)
    yield Probe(f"{ten}, update 1", rows(1, 2, 10, 4), [4, 5, 6, 7], NEXT)
    yield Probe(f"{ten}, update 2", rows(2, 3, 10, 4), [8, 9, 0, 1], WRAP)
    yield Probe(f"{ten}, update 3", rows(3, 4, 10, 4), [2, 3, 4, 5], NEXT)
    for update, begins in [(5, 0), (6, 4), (502, 8)]:
        expect = [(begins + k) if begins + k < 10 else begins + k - 10 for k in range(4)]
        yield Probe(f"{ten}, update {update}", rows(update, update + 1, 10, 4), expect, LATER)
    yield Probe("5 examples, batches of 5, update 3", rows(3, 4, 5, 5), range(5), LATER)
    yield Probe("how often each of 10 rows is seen in 25 updates of 4", times_seen(25, 10, 4), [10] * 10, NEXT)
    for _ in range(2):
        examples = int(rng.integers(11, 30))
        size = int(rng.integers(2, 9))
        update = int(rng.integers(3, 40))
        stream = list(range(examples)) * (2 + update * size // examples)  # the data, written down again and again
        expect = stream[update * size : update * size + size]
        says = f"{examples} examples, batches of {size}, update {update}"
        yield Probe(says, rows(update, update + 1, examples, size), expect, NEXT)


def _batches(n: int, size: int) -> int:
    """Return the number of batches that hold all ``n`` rows, the last one perhaps short."""
    return -(-n // size)


EXERCISE = Exercise(
    function="rows_of_update",
    probes=probes,
    mistakes=(
        Mistake(
            "slice_cut_off",
            "Your batch ends with the data and is short there, as the slice of the notes: the first rows are passed "
            "over each time. Fill it up from row 0.",
            lambda i, n, size: np.arange(n)[i * size % n :][:size],
            ORDERS,
        ),
        Mistake(
            "runs_over_the_end",
            "Your rows go on counting past the last one. Take each row number modulo the number of examples.",
            lambda i, n, size: i * size + np.arange(size),
            ORDERS,
        ),
        Mistake(
            "only_the_start_wraps",
            "You take the first row of the batch modulo the number of examples, and the others run past the end. Take "
            "each of them modulo the number of examples.",
            lambda i, n, size: i * size % n + np.arange(size),
            ORDERS,
        ),
        Mistake(
            "tail_never_seen",
            "You count examples // batch_size batches a round and begin again: the rows behind them are never seen. "
            "Do not count rounds; go on where the last update ended.",
            lambda i, n, size: i % (n // size) * size + np.arange(size),
            ORDERS,
        ),
        Mistake(
            "short_last_batch",
            "Your last batch of each round is short, and the next round starts at row 0. Fill the batch up from row 0, "
            "and go on behind these rows.",
            lambda i, n, size: np.arange(n)[i % _batches(n, size) * size :][:size],
            ORDERS,
        ),
        Mistake(
            "first_rows_twice",
            "You fill the last batch up from row 0, and then start at row 0 again: the first rows come twice in a "
            "round. Go on behind the rows that were used.",
            lambda i, n, size: (i % _batches(n, size) * size + np.arange(size)) % n,
            ORDERS,
        ),
        Mistake(
            "moved_back",
            "A batch that would run over the end is moved back so that it ends with the data. (XLA does that to a "
            "slice, without a word.) Fill it up from row 0.",
            lambda i, n, size: min(i * size % n, n - size) + np.arange(size),
            ORDERS,
        ),
        Mistake(
            "filled_with_row_0",
            "You fill a short batch up with row 0 alone. Behind row 0 come rows 1, 2, ...",
            lambda i, n, size: [row if row < n else 0 for row in range(i * size % n, i * size % n + size)],
            ORDERS,
        ),
        Mistake(
            "one_update_ahead",
            "Update 0 starts at row `batch_size`. Updates are counted from 0: it starts at row 0.",
            lambda i, n, size: ((i + 1) * size + np.arange(size)) % n,
            ORDERS,
        ),
        Mistake(
            "moves_by_one_row",
            "Each update starts one row further. It has to start a whole batch further.",
            lambda i, n, size: (i + np.arange(size)) % n,
            ORDERS,
        ),
        Mistake(
            "sorted",
            "These are the right rows in another order. Return them in the order in which they are reached: the end of "
            "the data first, then row 0.",
            lambda i, n, size: np.sort((i * size + np.arange(size)) % n),
            ORDERS,
        ),
    ),
)
