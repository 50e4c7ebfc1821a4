"""Exercise "The zero start": an average that starts at 0, and the division that makes up for it."""

import copy
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from nnopt_course.checking.core import Exercise, Mistake, Probe
from nnopt_course.checking.observing import Answer, Look

GIVEN_OUT = "After n values the shares 1 - d, (1 - d) d, ... that were given out add up to 1 - d^n; the first n is 1."


def _averages(path: Any, decay: float) -> Look:
    """Look at the averages; the path is fresh for each call."""
    path = np.asarray(path, np.float64)
    given = path.copy()

    def look(answer: Answer) -> Any:
        given[:] = path
        return copy.copy(answer(given, decay))  # a copy, because an answer may return the path itself

    return look


def _path_after(path: Any, decay: float) -> Look:
    """Look at what has become of the path."""
    path = np.asarray(path, np.float64)
    given = path.copy()

    def look(answer: Answer) -> np.ndarray:
        given[:] = path
        answer(given, decay)
        return given.copy()

    return look


PATHS = (
    _averages([4.0, 1.0, -2.0, 8.0, 3.0], 0.9),
    _averages([2.0, 2.0, 5.0], 0.5),
    _averages([-3.0, 6.0, 1.0, 1.0, 7.0, 2.0], 0.75),
)
KEPT_PATHS = (_path_after([1.0, 4.0, 2.0], 0.5), *PATHS)


def _oracle(path: np.ndarray, decay: float) -> list[float]:
    """Return the weighted means of the values so far, by their age."""
    ages = [np.arange(n)[::-1] for n in range(1, len(path) + 1)]
    return [float(np.average(path[: len(age)], weights=decay**age)) for age in ages]


def probes(rng: np.random.Generator) -> Iterator[Probe]:
    """Yield a weight that stands still, then paths that move, a decay of 0, and the path afterwards."""
    yield Probe("a weight that is 5 four times, decay 0.9", _averages([5.0] * 4, 0.9), [5.0] * 4, GIVEN_OUT)
    yield Probe("the path 1, 10, 10 at decay 0.5", _averages([1.0, 10.0, 10.0], 0.5), [1.0, 7.0, 61 / 7], GIVEN_OUT)
    path = rng.integers(-12, 13, size=6) / 4 + np.array([7, 0, 0, 0, 0, 7])
    for decay in (0.75, 0.99):
        says = f"the path {', '.join(f'{value:g}' for value in path)} at decay {decay}"
        yield Probe(says, _averages(path, decay), _oracle(path, decay), GIVEN_OUT)
    yield Probe("one value, 3, at decay 0.99", _averages([3.0], 0.99), [3.0], GIVEN_OUT)
    yield Probe("the path 1, 4, 2 at decay 0", _averages([1.0, 4.0, 2.0], 0.0), [1.0, 4.0, 2.0])
    after = _path_after([1.0, 4.0, 2.0], 0.5)
    yield Probe("the path 1, 4, 2 itself, after your function ran", after, [1.0, 4.0, 2.0], "Write into a new array.")


def _from_zero(path: np.ndarray, decay: float) -> np.ndarray:
    shadow, found = 0.0, []
    for value in path:
        shadow = decay * shadow + (1 - decay) * value
        found.append(shadow)
    return np.array(found)


def _divided(divisor: Callable) -> Callable:
    """Return the averages from 0, divided by ``divisor(decay, n)``, where n is 1 for the first."""

    def averages(path: np.ndarray, decay: float) -> np.ndarray:
        with np.errstate(all="ignore"):
            return _from_zero(path, decay) / divisor(decay, np.arange(1, len(path) + 1))

    return averages


def _stored(path: np.ndarray, decay: float) -> np.ndarray:
    shadow, found = 0.0, []
    for n, value in enumerate(path, start=1):
        shadow = (decay * shadow + (1 - decay) * value) / (1 - decay**n)
        found.append(shadow)
    return np.array(found)


def _last_only(path: np.ndarray, decay: float) -> np.ndarray:
    found = _from_zero(path, decay)
    found[-1] = found[-1] / (1 - decay ** len(path))
    return found


def _values_divided(path: np.ndarray, decay: float) -> np.ndarray:
    shadow, found = 0.0, []
    for n, value in enumerate(path, start=1):
        shadow = decay * shadow + (1 - decay) * value / (1 - decay**n)
        found.append(shadow)
    return np.array(found)


def _warmed_up(path: np.ndarray, decay: float) -> np.ndarray:
    shadow, found = 0.0, []
    for n, value in enumerate(path):
        kept = min(decay, (1 + n) / (10 + n))
        shadow = kept * shadow + (1 - kept) * value
        found.append(shadow)
    return np.array(found)


def _from_first(path: np.ndarray, decay: float) -> np.ndarray:
    shadow, found = path[0], []
    for value in path:
        shadow = decay * shadow + (1 - decay) * value
        found.append(shadow)
    return np.array(found)


def _overwriting(path: np.ndarray, decay: float) -> np.ndarray:
    path[:] = _divided(lambda d, n: 1 - d**n)(path.copy(), decay)
    return path


EXERCISE = Exercise(
    function="corrected_average",
    probes=probes,
    mistakes=(
        Mistake(
            "not_corrected",
            "Your averages are those from 0, without any correction. Divide each by the sum of the shares so far.",
            _from_zero,
            PATHS,
        ),
        Mistake(
            "stored_shadow_corrected",
            "You divide the shadow and go on averaging from the result, so it is corrected again at every step. Keep "
            "the shadow as it is and divide a copy of it.",
            _stored,
            PATHS,
        ),
        Mistake(
            "exponent_starts_at_0",
            "Your exponent is 0 for the first value, and 1 - d^0 is 0. After one value one share has been given out: "
            "count from 1.",
            _divided(lambda d, n: 1 - d ** (n - 1.0)),
            PATHS,
        ),
        Mistake(
            "exponent_starts_at_2",
            "Your exponent is one too large. After one value a share of 1 - d has been given out: count from 1.",
            _divided(lambda d, n: 1 - d ** (n + 1.0)),
            PATHS,
        ),
        Mistake(
            "only_the_last_corrected",
            "Only your last average is corrected. Each of them needs a correction of its own.",
            _last_only,
            PATHS,
        ),
        Mistake(
            "only_the_last_returned",
            "You return the last average alone. Collect one after each value of the path.",
            lambda path, decay: _divided(lambda d, n: 1 - d**n)(path, decay)[-1],
            PATHS,
        ),
        Mistake(
            "values_divided",
            "You divide the new value before it is averaged, and the rest stays uncorrected. Divide the whole average.",
            _values_divided,
            PATHS,
        ),
        Mistake(
            "one_divisor_for_all",
            "You divide all averages by the last one's divisor. Each needs its own: 1 - d^n after n values.",
            _divided(lambda d, n: 1 - d ** n[-1]),
            PATHS,
        ),
        Mistake(
            "kept_share_not_given",
            "You divide by d^n, the share of the start that is left. Divide by what has been given out instead.",
            _divided(lambda d, n: d**n),
            PATHS,
        ),
        Mistake(
            "multiplied",
            "You multiply by what has been given out, and the average gets smaller still. Divide by it.",
            lambda path, decay: _from_zero(path, decay) * (1 - decay ** np.arange(1, len(path) + 1)),
            PATHS,
        ),
        Mistake(
            "power_of_the_new_share",
            "You raise 1 - d to the power n. It is the kept share that is multiplied in each step: 1 - d^n.",
            _divided(lambda d, n: (1 - d) ** n),
            PATHS,
        ),
        Mistake(
            "times_not_power",
            "You divide by 1 - d times n. A share d is left of a share d, and so on: that is d to the power n, "
            "`decay**n`.",
            _divided(lambda d, n: 1 - d * n),
            PATHS[::2],  # at 0.5 it divides by 0
        ),
        Mistake(
            "one_share_for_all",
            "You divide by 1 - d at every step. That is right after the first value only: the shares add up.",
            _divided(lambda d, n: 1 - d),
            PATHS,
        ),
        Mistake(
            "warmup_instead",
            "You warm the decay up. That is another convention: here the decay is `decay` at every step.",
            _warmed_up,
            PATHS,
        ),
        Mistake(
            "started_at_the_first_value",
            "The first value fills the place of the missing shares, so it counts for too much. Start at 0 and divide.",
            _from_first,
            PATHS,
        ),
        Mistake(
            "started_at_the_first_value_and_divided",
            "You start at the first value and divide as well, so it counts twice. The division makes up for a start "
            "at 0.",
            lambda path, decay: _from_first(path, decay) / (1 - decay ** np.arange(1, len(path) + 1)),
            PATHS,
        ),
        Mistake(
            "plain_mean",
            "You return the plain mean of the values so far. Old values count less: by a factor `decay` for each step.",
            lambda path, decay: np.cumsum(path) / np.arange(1, len(path) + 1),
            PATHS,
        ),
        Mistake(
            "roles_swapped",
            "The new share and the kept share have changed places. The shadow keeps `decay` of itself.",
            lambda path, decay: _divided(lambda d, n: 1 - d**n)(path, 1 - decay),
            PATHS,
        ),
        Mistake(
            "roles_swapped_in_the_average",
            "Your divisor is right. In the average the new share and the kept share have changed places: keep `decay` "
            "of it.",
            lambda path, decay: _from_zero(path, 1 - decay) / (1 - decay ** np.arange(1, len(path) + 1)),
            PATHS,
        ),
        Mistake(
            "path_overwritten",
            "Your averages are right, and they overwrite the caller's path. Write them into a new array.",
            _overwriting,
            KEPT_PATHS,
        ),
    ),
)
