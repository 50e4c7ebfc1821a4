"""Exercise "Find the bug": data scaled by numbers that the held-out rows took part in."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from nnopt_course.checking.core import Exercise, Mistake, Probe
from nnopt_course.checking.observing import Answer, Look, Unusable

TRAIN = "The last test_examples rows are held out. Each column of the others gets mean 0 and standard deviation 1."
TALKS = "Nothing about the training rows may depend on the rows held out."
BOTH = "The held-out rows get the same mean and the same std, those of the training rows."
CONSTANT = "In a column with standard deviation 0, subtract the mean and divide by 1. The other columns keep their own."
INPUT = "Whoever called needs the array as it was."


def scaled(x: np.ndarray, test_examples: int, part: int | None = None) -> Look:
    """Look at the training rows (part 0), the rows held out (part 1), or all numbers of both."""

    def look(answer: Answer) -> Any:
        parts = _call(answer, x, test_examples)[0]
        if not isinstance(parts, list):
            return parts
        return np.concatenate([np.ravel(rows) for rows in parts]) if part is None else parts[part]

    return look


def input_after(x: np.ndarray, test_examples: int) -> Look:
    """Look at the array that was handed over, after the call."""

    def look(answer: Answer) -> Any:
        parts, after = _call(answer, x, test_examples)
        return after if isinstance(parts, list) else parts

    return look


def _call(answer: Answer, x: np.ndarray, test_examples: int) -> tuple[Any, np.ndarray]:
    """Return both parts, and the array after the call; then put the array right again."""
    before = x.copy()
    try:
        return _two(answer(x, test_examples)), x.copy()
    finally:
        x[:] = before


def _two(found: Any) -> list[np.ndarray] | Unusable | None:
    if found is None:
        return None
    if not isinstance(found, tuple | list) or len(found) != 2:
        return Unusable("return two arrays, the training rows and the rows held out.")
    try:
        return [np.array(part, np.float64) for part in found]
    except (TypeError, ValueError):
        return Unusable("one of the two things that you return is no array of numbers.")


def _rows(*rows: Any) -> np.ndarray:
    return np.array(rows, np.float64)


# The training columns have means 3 and 10 and standard deviations 2 and 5.
PLAIN = _rows([1, 5], [5, 15], [1, 15], [5, 5], [7, 0], [-1, 35])
# The same with a typing error in the last row.
TYPED = _rows([1, 5], [5, 15], [1, 15], [5, 5], [7, 0], [-1000, 35])
# The second column is constant among the training rows, and not among the others.
STILL = _rows([1, 4], [5, 4], [1, 4], [5, 4], [7, 4], [3, 6])
# The last column of the training rows has a standard deviation of 0.25.
THREE = _rows([2, 0, 0.25], [4, 1, 0.25], [9, 5, 0.75], [1, 6, 0.75], [0, 3, 1.5])
SOUND = (scaled(PLAIN, 2), scaled(THREE, 1))
LEAKS = (*SOUND, scaled(TYPED, 2))
FLAT = (*SOUND, scaled(STILL, 2))
INPUTS = (*SOUND, input_after(TYPED, 2))


def _oracle(x: np.ndarray, test_examples: int) -> list[np.ndarray]:
    """Return both parts, number by number."""
    last = len(x) - test_examples
    out = np.empty(x.shape)
    for column in range(x.shape[1]):
        seen = [float(value) for value in x[:last, column]]
        mean = sum(seen) / last
        squares = sum(value * value for value in seen) / last
        for row in range(len(x)):
            out[row, column] = (x[row, column] - mean) / (squares - mean * mean) ** 0.5
    return [out[:last], out[last:]]


def probes(rng: np.random.Generator) -> Iterator[Probe]:
    """Yield the training rows first, then the held-out rows, a typing error, a constant column, the input, chance."""
    ones = [[-1, -1], [1, 1], [-1, 1], [1, -1]]
    says = "the training rows [1, 5], [5, 15], [1, 15], [5, 5], scaled, with two rows held out"
    yield Probe(says, scaled(PLAIN, 2, 0), ones, TRAIN)
    yield Probe("the same training rows, with a typing error in a row held out", scaled(TYPED, 2, 0), ones, TALKS)
    yield Probe("the rows held out, [7, 0] and [-1, 35]", scaled(PLAIN, 2, 1), [[2, -2], [-2, 5]], BOTH)
    yield Probe("three columns, one row held out: the training rows", scaled(THREE, 1, 0), _oracle(THREE, 1)[0], TRAIN)
    yield Probe("three columns, one row held out: that row", scaled(THREE, 1, 1), _oracle(THREE, 1)[1], BOTH)
    flat = [[-1, 0], [1, 0], [-1, 0], [1, 0]]
    yield Probe("training rows whose second column is 4 everywhere", scaled(STILL, 2, 0), flat, CONSTANT)
    yield Probe("rows [7, 4] and [3, 6], held out from these", scaled(STILL, 2, 1), [[2, 0], [0, 2]], CONSTANT)
    yield Probe("the array that was handed over, after the call", input_after(TYPED, 2), TYPED.copy(), INPUT)
    drawn = rng.normal(3.0, 4.0, size=(9, 3)).round(2)
    for part, name in enumerate(("training rows", "rows held out")):
        yield Probe(f"the {name} of 9 random rows, 4 held out", scaled(drawn, 4, part), _oracle(drawn, 4)[part], BOTH)


def _spread(train: np.ndarray, *_: np.ndarray, **options: Any) -> np.ndarray:
    found = train.std(axis=0, **options)
    return np.where(found == 0, 1.0, found)


def _by(mean: Callable, spread: Callable) -> Callable[..., Any]:
    """Return the answer that scales both parts by ``mean(train, test, x)`` and ``spread(train, test, x)``."""

    def prepared(x, test_examples):
        train, test = x[:-test_examples], x[-test_examples:]
        middle, unit = mean(train, test, x), spread(train, test, x)
        with np.errstate(divide="ignore", invalid="ignore"):
            return (train - middle) / unit, (test - middle) / unit

    return prepared


def _mean(train: np.ndarray, *_: np.ndarray) -> np.ndarray:
    return train.mean(axis=0)


def _own(x: np.ndarray) -> np.ndarray:
    return (x - _mean(x)) / _spread(x)


def _first_rows(x, test_examples):
    test, train = x[:test_examples], x[test_examples:]
    return (train - _mean(train)) / _spread(train), (test - _mean(train)) / _spread(train)


def _repaired_late(x, test_examples):
    return tuple(np.nan_to_num(part) for part in _by(_mean, lambda train, *_: train.std(axis=0))(x, test_examples))


def _in_place(x, test_examples):
    out = _by(_mean, _spread)(x, test_examples)
    x[:] = np.concatenate(out)
    return out


EXERCISE = Exercise(
    function="prepared",
    probes=probes,
    mistakes=(
        Mistake(
            "listing_unchanged",
            "Mean and spread still come from all rows, so the held-out rows change the training rows. Split first.",
            _by(lambda train, test, x: _mean(x), lambda train, test, x: _spread(x)),
            LEAKS,
        ),
        Mistake(
            "mean_of_all_rows",
            "The spread is that of the training rows by now, but the mean still comes from all rows.",
            _by(lambda train, test, x: _mean(x), _spread),
            LEAKS,
        ),
        Mistake(
            "spread_of_all_rows",
            "The mean is that of the training rows by now, but the spread still comes from all rows.",
            _by(_mean, lambda train, test, x: _spread(x)),
            LEAKS,
        ),
        Mistake(
            "held_out_rows_rule",
            "You scale by mean and spread of the rows held out. Take those of the training rows.",
            _by(lambda train, test, x: _mean(test), lambda train, test, x: _spread(test)),
            LEAKS,
        ),
        Mistake(
            "each_part_by_itself",
            "The held-out rows are scaled by their own mean and spread, so one number means two things in the two "
            "parts. Use those of the training rows for both.",
            lambda x, test_examples: (_own(x[:-test_examples]), _own(x[-test_examples:])),
            SOUND,
        ),
        Mistake(
            "held_out_rows_not_scaled",
            "Your held-out rows come back as they were. The network has been trained on scaled numbers: scale them "
            "too, by mean and spread of the training rows. (Or are these taken from training rows that were scaled "
            "already?)",
            lambda x, test_examples: (_own(x[:-test_examples]), x[-test_examples:]),
            SOUND,
        ),
        Mistake(
            "one_mean_for_all_columns",
            "You use one mean and one spread for the whole table. Each column has its own: axis=0.",
            _by(lambda train, *_: train.mean(), lambda train, *_: train.std()),
            SOUND,
        ),
        Mistake(
            "not_divided",
            "You subtract the mean and stop. Divide by the standard deviation too.",
            _by(_mean, lambda *_: 1.0),
            SOUND,
        ),
        Mistake(
            "divided_by_the_variance",
            "You divide by the variance. Divide by its root, the standard deviation.",
            _by(_mean, lambda *parts: _spread(*parts) ** 2),
            SOUND,
        ),
        Mistake(
            "sample_standard_deviation",
            "You divide by the standard deviation with N - 1 (ddof=1, as pandas does). The task takes np.std's, "
            "with N.",
            _by(_mean, lambda train, *_: _spread(train, ddof=1)),
            SOUND,
        ),
        Mistake(
            "first_rows_held_out",
            "You hold out the first rows. The listing holds out the last ones.",
            _first_rows,
            SOUND,
        ),
        Mistake(
            "constant_column_divided_by_zero",
            "A column that is constant among the training rows is divided by 0. Put 1 in place of a spread of 0.",
            _by(_mean, lambda train, *_: train.std(axis=0)),
            FLAT,
        ),
        Mistake(
            "constant_column_blown_up",
            "You add a tiny number to the spread. Where a column is constant among the training rows, a held-out row "
            "that differs is divided by that tiny number. Put 1 in place of a spread of 0.",
            _by(_mean, lambda train, *_: train.std(axis=0) + 1e-8),
            FLAT,
        ),
        Mistake(
            "constant_column_repaired_late",
            "You divide by 0 and repair the result. That turns 0 / 0 into 0, but a held-out row that differs becomes a "
            "huge number. Put 1 in place of a spread of 0 before you divide.",
            _repaired_late,
            FLAT,
        ),
        Mistake(
            "parts_swapped",
            "You return the rows held out first. The training rows come first.",
            lambda x, test_examples: _by(_mean, _spread)(x, test_examples)[::-1],
            SOUND,
        ),
        Mistake(
            "input_changed",
            "What you return is right, but you write into the array that you were handed, and the caller still uses "
            "it. Make new arrays.",
            _in_place,
            INPUTS,
        ),
    ),
)
