"""Exercise "How late and how quiet is an average?": an instrument that measures any average, whatever is in it."""

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

import numpy as np

from nnopt_course.checking.core import Exercise, Mistake, Probe
from nnopt_course.checking.observing import Answer, Look, Unusable

Average = Callable[[np.ndarray], np.ndarray]
TOLERANCE = 0.05  # of each number, for answers that measure with random noise
MEASURE = (
    "Measure it, whatever kind of average it is: the lag in steps, ramp minus average at the end of a long ramp; what "
    "is left of a long noise, some 100,000 steps if luck is to cancel to 2%, divided by the variance of that noise."
)


def _exponential(decay: float) -> Average:
    def average(path: np.ndarray) -> np.ndarray:
        shadow, found = 0.0, []
        for value in np.asarray(path, np.float64):
            shadow = decay * shadow + (1 - decay) * value
            found.append(shadow)
        return np.array(found)

    return average


def _mean_of_last(values: int) -> Average:
    def average(path: np.ndarray) -> np.ndarray:
        total = np.cumsum(np.asarray(path, np.float64), axis=0)
        total[values:] = total[values:] - total[:-values]
        return total / values

    return average


def _delay(steps: int) -> Average:
    def average(path: np.ndarray) -> np.ndarray:
        path = np.asarray(path, np.float64)
        return np.concatenate([np.zeros_like(path[:steps]), path])[: len(path)]

    return average


def _twice(decay: float) -> Average:
    once = _exponential(decay)
    return lambda path: once(once(path))


@lru_cache(maxsize=64)
def _shares(average: Average) -> np.ndarray:
    """Return how much of a value is in the average, by the value's age."""
    return average(np.eye(1, 1000)[0])


def _lag(average: Average) -> float:
    shares = _shares(average)
    return float(np.arange(len(shares)) @ shares)


def _left(average: Average) -> float:
    return float(np.sum(_shares(average) ** 2))


def _half_of_a_jump(average: Average) -> float:
    return float(np.argmax(np.cumsum(_shares(average)) > 0.5))


def _as_if_exponential(average: Average) -> tuple[float, float]:
    new = _shares(average)[0]
    with np.errstate(divide="ignore"):
        return (1 - new) / new, new / (2 - new)


def _measured(average: Average) -> Look:
    """Look at what is measured. A number within the tolerance of a known one counts as that one."""
    known = []

    def look(answer: Answer) -> Any:
        found = answer(average)
        try:
            pair = np.asarray(found, np.float64)
        except (TypeError, ValueError):
            pair = np.empty(0)
        if found is None:
            return found
        if pair.shape != (2,):
            return Unusable("your function must return two numbers: the lag, and what is left of the noise.")
        if not known:
            functions = [_right, *(mistake.function for mistake in EXERCISE.mistakes)]
            known.extend(function(average) for function in functions)
        near = [np.allclose(pair, values, rtol=TOLERANCE, atol=1e-6) for values in known]
        return known[near.index(True)] if any(near) else pair

    return look


def _right(average: Average) -> tuple[float, float]:
    return _lag(average), _left(average)


AVERAGES = tuple(
    _measured(average) for average in (_mean_of_last(6), _delay(4), _exponential(0.7), _twice(0.6), _exponential(0.92))
)


def probes(rng: np.random.Generator) -> Iterator[Probe]:
    """Yield averages with exponential shares first, plain means next, then averages that are neither."""
    decay, values, steps = rng.integers(70, 96) / 100, int(rng.integers(7, 31)), int(rng.integers(2, 8))
    for d in (0.5, 0.9, decay):
        yield Probe(f"decay {d:g}", _measured(_exponential(d)), [d / (1 - d), (1 - d) / (1 + d)], MEASURE)
    for m in (19, values):
        yield Probe(f"the mean of the last {m} values", _measured(_mean_of_last(m)), [(m - 1) / 2, 1 / m], MEASURE)
    yield Probe(f"a delay: the value of {steps} steps ago", _measured(_delay(steps)), [steps, 1.0], MEASURE)
    left = 0.2 * 1.64 / 1.8**3  # the sum of (k + 1)^2 d^2k is (1 + d^2) / (1 - d^2)^3
    yield Probe("an average of an average, both with decay 0.8", _measured(_twice(0.8)), [8.0, left], MEASURE)


EXERCISE = Exercise(
    function="late_and_quiet",
    probes=probes,
    mistakes=(
        Mistake(
            "order_swapped",
            "Your two numbers are in the other order. Return the lag first, then the share of the variance.",
            lambda average: (_left(average), _lag(average)),
            AVERAGES,
        ),
        Mistake(
            "deviation_not_variance",
            "You return what is left of the standard deviation. Return what is left of the variance.",
            lambda average: (_lag(average), np.sqrt(_left(average))),
            AVERAGES,
        ),
        Mistake(
            "how_many_times_less",
            "You return how many times the variance shrinks. Return the share that is left of it.",
            lambda average: (_lag(average), 1 / _left(average)),
            AVERAGES,
        ),
        Mistake(
            "removed_not_left",
            "You return the share of the variance that is removed. Return the share that is left.",
            lambda average: (_lag(average), 1 - _left(average)),
            AVERAGES[:1] + AVERAGES[2:],  # a delay removes nothing, and with real noise a little more or less
        ),
        Mistake(
            "lag_with_a_minus",
            "Your lag is negative. It is the ramp minus the average, which comes behind.",
            lambda average: (-_lag(average), _left(average)),
            AVERAGES,
        ),
        Mistake(
            "one_step_more",
            "Your lag is one step too long. Compare the average with the ramp at the same step, not at the next.",
            lambda average: (_lag(average) + 1, _left(average)),
            AVERAGES,
        ),
        Mistake(
            "one_step_less",
            "Your lag is one step too short. Compare the average with the ramp at the same step, not at the one "
            "before.",
            lambda average: (_lag(average) - 1, _left(average)),
            AVERAGES,
        ),
        Mistake(
            "half_of_a_jump",
            "You count the steps to half of a jump. The lag is how far the average stays behind a ramp.",
            lambda average: (_half_of_a_jump(average), _left(average)),
            AVERAGES,
        ),
        Mistake(
            "shares_not_squared",
            "You return the sum of the shares, 1 for every average. Square them: variances add up by squares.",
            lambda average: (_lag(average), np.sum(_shares(average))),
            AVERAGES,
        ),
        Mistake(
            "newest_share",
            "You return the share of the newest value. Every past value brings its own noise: count them all.",
            lambda average: (_lag(average), _shares(average)[0]),
            AVERAGES,
        ),
        Mistake(
            "noise_of_the_difference",
            "You look at the noise minus its average. Take the variance of the average itself.",
            lambda average: (_lag(average), np.sum((np.eye(1, 1000)[0] - _shares(average)) ** 2)),
            AVERAGES,
        ),
        Mistake(
            "exponential_formula",
            "Your formula is that of exponential shares, and an average may have others. Measure both numbers.",
            _as_if_exponential,
            AVERAGES,
        ),
        Mistake(
            "noise_from_the_lag",
            "You work out the noise from the lag. That holds for two kinds of average, not for all: measure both.",
            lambda average: (_lag(average), 1 / (1 + 2 * _lag(average))),
            AVERAGES,
        ),
        Mistake(
            "lag_from_the_noise",
            "You work out the lag from the noise. That holds for two kinds of average, not for all: measure both.",
            lambda average: ((1 / _left(average) - 1) / 2, _left(average)),
            AVERAGES,
        ),
    ),
)
