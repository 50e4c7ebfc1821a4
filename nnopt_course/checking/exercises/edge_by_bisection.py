"""Exercise "Find the cliff by bisection": the largest learning rate at which training still shrinks the distance."""

import math
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import numpy as np

from nnopt_course.checking.core import Exercise, Mistake, Probe
from nnopt_course.checking.looks import single
from nnopt_course.checking.observing import Answer, Look

BELOW = "The rate returned must shrink the distance itself and lie at most `tolerance` below one that does not."
LOST = "Where training overflowed, growth is NaN, and every comparison with NaN is False."
RATE = "Return the rate alone."
ENDLESS = 20_000  # calls of growth; the finest grid of the probes before the random ones has 4096 rates
MANY = "Each call is a whole training run. Twelve halvings make one tolerance of 4096."


class Valley:
    """A parabola of given curvature: by what factor 500 updates have grown the distance. It counts its runs."""

    def __init__(self, curvature: float) -> None:
        """Make a valley whose edge is at ``2 / curvature``."""
        self.curvature, self.edge, self.runs = curvature, 2 / curvature, 0

    def __call__(self, rate: Any) -> float:
        """Return ``|1 - rate * curvature|`` to the power 500; NaN where a weight in float64 would have overflowed."""
        self.runs += 1
        if self.runs > ENDLESS:
            raise RuntimeError(f"growth was called {ENDLESS} times. Does your loop end?")
        factor = abs(1 - float(rate) * self.curvature)
        exponent = 500 * math.log(factor) if factor > 0 else -math.inf
        return math.exp(exponent) if exponent < 700 else math.nan


def returned(valley: Valley, low: float, high: float, tolerance: float) -> Look:
    """Look at the rate that is returned."""

    def look(answer: Answer) -> Any:
        valley.runs = 0
        return answer(valley, low, high, tolerance)

    return look


def found(valley: Valley, low: float, high: float, tolerance: float) -> Look:
    """Look at the rate that is returned; one within ``tolerance`` below the edge shows as the edge."""

    def look(answer: Answer) -> Any:
        valley.runs = 0
        rate = single(answer(valley, low, high, tolerance), RATE)
        good = isinstance(rate, float) and valley.edge - 1.001 * tolerance <= rate < valley.edge
        return valley.edge if good else rate

    return look


def shrinks(valley: Valley, low: float, high: float, tolerance: float) -> Look:
    """Look whether the rate that is returned shrinks the distance."""

    def look(answer: Answer) -> Any:
        valley.runs = 0
        rate = single(answer(valley, low, high, tolerance), RATE)
        return valley(rate) < 1 if isinstance(rate, float) else rate

    return look


def runs(valley: Valley, low: float, high: float, tolerance: float, allowed: int) -> Look:
    """Look at the number of training runs; as many as are allowed, or fewer, show as the allowed number."""

    def look(answer: Answer) -> Any:
        valley.runs = 0
        answer(valley, low, high, tolerance)
        return max(valley.runs, allowed)

    return look


def wasteful(valley: Valley, low: float, high: float, tolerance: float) -> Look:
    """Look whether it takes more than 20 training runs."""

    def look(answer: Answer) -> Any:
        valley.runs = 0
        answer(valley, low, high, tolerance)
        return valley.runs > 20

    return look


class _Stop(Exception):
    """Ends an answer from within its call of growth."""


def first_tried(low: float, high: float, tolerance: float) -> Look:
    """Look at the first rate that is tried."""

    def look(answer: Answer) -> Any:
        tried = []

        def growth(rate: Any) -> float:
            tried.append(float(rate))
            raise _Stop

        with suppress(_Stop):
            answer(growth, low, high, tolerance)
        return tried[0] if tried else None

    return look


PARABOLA, STEEP, HIT = Valley(2.0), Valley(6.0), Valley(2.0)

# No middle is the edge itself, except the first one of HIT. In the third search the first middle overflows.
SEARCHES = (
    returned(PARABOLA, 0.3, 1.73, 0.01),
    returned(STEEP, 0.1, 0.53, 0.003),
    returned(PARABOLA, 0.1, 5.3, 0.02),
    returned(STEEP, 0.05, 0.36, 0.001),
)
AT_THE_EDGE = (*SEARCHES, returned(HIT, 0.5, 1.5, 0.001))
FIRST = (first_tried(0.3, 1.73, 0.01), first_tried(0.1, 0.53, 0.003), *SEARCHES)
RUNS = (*SEARCHES, wasteful(PARABOLA, 0.5, 1.83, 1.33 / 4096))


def probes(rng: np.random.Generator) -> Iterator[Probe]:
    """Yield plain searches first, then an overflow, the edge itself, the number of runs and other curvatures."""
    yield Probe("the edge of (w + 1)^2 between 0.3 and 1.73, to 0.01", found(PARABOLA, 0.3, 1.73, 0.01), 1.0, BELOW)
    yield Probe("the edge of 3 w^2 between 0.1 and 0.53, to 0.003", found(STEEP, 0.1, 0.53, 0.003), 1 / 3, BELOW)
    yield Probe(
        "whether the rate returned shrinks the distance (1: yes), for (w + 1)^2 between 0.3 and 1.73, to 0.01",
        shrinks(PARABOLA, 0.3, 1.73, 0.01),
        1.0,
        BELOW,
    )
    yield Probe(
        "the edge of (w + 1)^2 between 0.1 and 5.3, where training overflows, to 0.02",
        found(PARABOLA, 0.1, 5.3, 0.02),
        1.0,
        LOST,
    )
    yield Probe("the edge of 3 w^2 between 0.05 and 0.36, to 0.001", found(STEEP, 0.05, 0.36, 0.001), 1 / 3, BELOW)
    yield Probe(
        "whether the rate returned shrinks the distance (1: yes), when the first middle is the edge",
        shrinks(HIT, 0.5, 1.5, 0.001),
        1.0,
        "At the edge itself growth is exactly 1: the distance stays as it is.",
    )
    allowed = runs(PARABOLA, 0.5, 1.83, 1.33 / 4096, 20)
    yield Probe("the number of training runs for an interval of 4096 tolerances, 20 or fewer", allowed, 20.0, MANY)
    for curvature in rng.uniform(0.5, 8.0, size=3):
        valley, high = Valley(curvature), 2 / curvature * rng.uniform(1.2, 6.0)
        says = f"the edge of a loss with curvature {curvature:.3f} between 0.01 and {high:.3f}, to 0.0001"
        yield Probe(says, found(valley, 0.01, high, 1e-4), 2 / curvature, BELOW)


def _bisect(growth, low, high, tolerance, stable=lambda growth: growth < 1):
    while high - low > tolerance:
        middle = (low + high) / 2
        if stable(growth(middle)):
            low = middle
        else:
            high = middle
    return low, high, middle


def _wrong_end_moves(growth, low, high, tolerance):
    while high - low > tolerance:
        middle = (low + high) / 2
        if growth(middle) < 1:
            high = middle
        else:
            low = middle
    return low


def _halved(growth, low, high, tolerance):
    while not growth(high) < 1:
        high = high / 2
    return high


def _grid(growth, low, high, tolerance):
    while growth(low + tolerance) < 1:
        low += tolerance
    return low


def _half_the_length(growth, low, high, tolerance):
    while high - low > tolerance:
        middle = (high - low) / 2
        if growth(middle) < 1:
            low = middle
        else:
            high = middle
    return low


def _until_growth_is_near_1(growth, low, high, tolerance):
    while True:
        middle = (low + high) / 2
        found = growth(middle)
        if abs(found - 1) < tolerance:
            return middle
        if found < 1:
            low = middle
        else:
            high = middle


EXERCISE = Exercise(
    function="find_edge",
    probes=probes,
    mistakes=(
        Mistake(
            "returns_the_unstable_end",
            "You return the upper end of the last interval, where the distance grows. Return the end that shrinks it.",
            lambda growth, low, high, tolerance: _bisect(growth, low, high, tolerance)[1],
            SEARCHES,
        ),
        Mistake(
            "returns_the_middle",
            "You return the middle of the last interval. Nobody has trained there; it may lie beyond the edge.",
            lambda growth, low, high, tolerance: sum(_bisect(growth, low, high, tolerance)[:2]) / 2,
            SEARCHES,
        ),
        Mistake(
            "returns_the_last_tried",
            "You return the rate tried last, whether it shrank the distance or not. Return the last one that did.",
            lambda growth, low, high, tolerance: _bisect(growth, low, high, tolerance)[2],
            SEARCHES,
        ),
        Mistake(
            "wrong_end_moves",
            "You move the wrong end: your interval closes in on a place that is not the edge. A middle that shrinks "
            "the distance is the new `low`.",
            _wrong_end_moves,
            SEARCHES,
        ),
        Mistake(
            "low_unchanged",
            "You return `low` as you got it. Does your loop run at all, and does it move `low`?",
            lambda growth, low, high, tolerance: low,
            SEARCHES,
        ),
        Mistake(
            "halves_once",
            "You halve the interval once. Go on, `while` it is longer than `tolerance`.",
            lambda growth, low, high, tolerance: _bisect(growth, low, high, 0.51 * (high - low))[0],
            SEARCHES,
        ),
        Mistake(
            "nan_counts_as_stable",
            "You take every rate as stable whose growth is not above 1, and NaN is not. Ask whether growth is below 1.",
            lambda growth, low, high, tolerance: _bisect(growth, low, high, tolerance, lambda g: not g > 1)[0],
            SEARCHES,
        ),
        Mistake(
            "edge_counts_as_stable",
            "You count growth 1 as stable. There the weight jumps from side to side forever: only below 1 it shrinks.",
            lambda growth, low, high, tolerance: _bisect(growth, low, high, tolerance, lambda g: g <= 1)[0],
            AT_THE_EDGE,
        ),
        Mistake(
            "tolerance_on_the_growth",
            "You compare growth with `tolerance`. The tolerance is one of rates: a rate is stable when growth is below "
            "1, and the search ends when the interval is no longer than `tolerance`.",
            lambda growth, low, high, tolerance: _bisect(growth, low, high, tolerance, lambda g: g < tolerance)[0],
            SEARCHES,
        ),
        Mistake(
            "halves_until_stable",
            "You halve the rate until the distance shrinks and stop there. The edge lies between that rate and the one "
            "before: go on between the two.",
            _halved,
            SEARCHES,
        ),
        Mistake(
            "walks_a_grid",
            "You try one rate after the other, `tolerance` apart. Each try is a training run: halve the interval.",
            _grid,
            RUNS,
        ),
        Mistake(
            "tolerance_ignored",
            "You go on halving when the interval is already as short as `tolerance`. Each halving is a training run.",
            lambda growth, low, high, tolerance: _bisect(growth, low, high, 1e-13)[0],
            RUNS,
        ),
        Mistake(
            "half_the_length",
            "You try half the length of the interval, (high - low) / 2, which may lie outside it. Its middle is half "
            "the sum of its ends.",
            _half_the_length,
            FIRST,
        ),
        Mistake(
            "growth_near_one",
            "You stop when growth is within `tolerance` of 1, on either side. The tolerance is one of rates: stop when "
            "the interval is no longer than that, and return its stable end.",
            _until_growth_is_near_1,
            SEARCHES,
        ),
        Mistake(
            "twice_the_tolerance",
            "You stop when half of the interval is as short as `tolerance`. The rate you return is then up to twice as "
            "far from the unstable end: go on until the whole interval is.",
            lambda growth, low, high, tolerance: _bisect(growth, low, high, 2 * tolerance)[0],
            SEARCHES,
        ),
    ),
)
