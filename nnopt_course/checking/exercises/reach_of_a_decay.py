"""Exercise "Decay so fast you never arrive": how far the rates of a schedule can carry a weight."""

import math
from collections.abc import Iterator

import numpy as np

from nnopt_course.checking.core import Exercise, Mistake, Probe
from nnopt_course.checking.observing import Look

SUM = "On a slope of 1 each update moves the weight by its rate. Add up the rates of updates 0 to `updates` - 1."
CONSTANT = "With decay_rate 1 all rates are the base. A formula with 1 - decay_rate below the line divides by zero."


def reach(initial: float, decay_steps: int, decay_rate: float, updates: int, staircase: bool) -> Look:
    """Look at what is returned."""
    return lambda answer: answer(initial, decay_steps, decay_rate, updates, staircase)


# Whole stairs and a part of one, as few updates as one stair and as many as eight.
SETTINGS = tuple(
    reach(0.2, 4, 0.7, updates, staircase) for staircase in (False, True) for updates in (1, 4, 10, 15, 32)
)


def _oracle(initial: float, decay_steps: int, decay_rate: float, updates: int, staircase: bool) -> float:
    """Walk: keep a rate and multiply it after each update, or after each ``decay_steps`` of them."""
    rate, way = initial, 0.0
    for update in range(1, updates + 1):
        way += rate
        if not staircase:
            rate *= decay_rate ** (1 / decay_steps)
        elif update % decay_steps == 0:
            rate *= decay_rate
    return way


def probes(rng: np.random.Generator) -> Iterator[Probe]:
    """Yield decay_steps 1 first, then stairs, a stair begun, long runs, random settings and a constant rate."""
    for updates, expect in [("1 update", 0.8), ("2 updates", 1.2), ("3 updates", 1.4)]:
        for staircase, kind in [(False, "smooth"), (True, "staircase")]:
            says = f"base 0.8, decay_steps 1, decay_rate 0.5, {updates}, {kind}"
            yield Probe(says, reach(0.8, 1, 0.5, int(updates[0]), staircase), expect, SUM)
    settings = "base 0.8, decay_steps 2, decay_rate 0.25"
    yield Probe(f"{settings}, 4 updates, smooth (0.8 + 0.4 + 0.2 + 0.1)", reach(0.8, 2, 0.25, 4, False), 1.5, SUM)
    yield Probe(f"{settings}, 4 updates, staircase (0.8 + 0.8 + 0.2 + 0.2)", reach(0.8, 2, 0.25, 4, True), 2.0, SUM)
    yield Probe(f"{settings}, 3 updates, staircase (0.8 + 0.8 + 0.2)", reach(0.8, 2, 0.25, 3, True), 1.8, SUM)
    initial, decay_rate = (float(value) for value in rng.integers(2, 8, size=2) / 10)
    decay_steps = int(rng.integers(5, 9))
    for updates in (2 * decay_steps + 3, 300):
        for staircase, kind in [(False, "smooth"), (True, "staircase")]:
            says = f"base {initial}, decay_steps {decay_steps}, decay_rate {decay_rate}, {updates} updates, {kind}"
            expect = _oracle(initial, decay_steps, decay_rate, updates, staircase)
            yield Probe(says, reach(initial, decay_steps, decay_rate, updates, staircase), expect, SUM)
    for staircase, kind in [(False, "smooth"), (True, "staircase")]:
        says = f"base 0.1, decay_steps 7, decay_rate 1, 40 updates, {kind}"
        yield Probe(says, reach(0.1, 7, 1.0, 40, staircase), 4.0, CONSTANT)


def _rates(initial, decay_steps, decay_rate, steps, staircase):
    periods = steps / decay_steps
    return initial * decay_rate ** (np.floor(periods) if staircase else periods)


def _sum_over(first, last):
    """Sum the rates of the steps from ``first`` to the one before ``last(updates, decay_steps)``."""

    def answer(initial, decay_steps, decay_rate, updates, staircase):
        steps = np.arange(first, last(updates, decay_steps))
        return _rates(initial, decay_steps, decay_rate, steps, staircase).sum()

    return answer


def _right(initial, decay_steps, decay_rate, updates, staircase):
    return _rates(initial, decay_steps, decay_rate, np.arange(updates), staircase).sum()


def _forever(initial, decay_steps, decay_rate, updates, staircase):
    if staircase:
        return decay_steps * initial / (1 - decay_rate) if decay_rate < 1 else math.inf
    return initial / (1 - decay_rate ** (1 / decay_steps)) if decay_rate < 1 else math.inf


def _forever_by_steps(initial, decay_steps, decay_rate, updates, staircase):
    return initial / (1 - decay_rate) if decay_rate < 1 else math.inf


def _forever_as_in_the_chapter(initial, decay_steps, decay_rate, updates, staircase):
    stair = decay_steps if staircase else 1
    return stair * initial / (1 - decay_rate) if decay_rate < 1 else math.inf


def _whole_stairs(stairs):
    """Sum the stairs, as many of them as ``stairs`` makes of a number that is not whole."""

    def answer(initial, decay_steps, decay_rate, updates, staircase):
        if staircase:
            return decay_steps * initial * sum(decay_rate**k for k in range(stairs(updates / decay_steps)))
        return _right(initial, decay_steps, decay_rate, updates, staircase)

    return answer


def _stairs_once(initial, decay_steps, decay_rate, updates, staircase):
    if staircase:
        return initial * sum(decay_rate**k for k in range(math.ceil(updates / decay_steps)))
    return _right(initial, decay_steps, decay_rate, updates, staircase)


def _integral(initial, decay_steps, decay_rate, updates, staircase):
    if staircase or decay_rate == 1:
        return _right(initial, decay_steps, decay_rate, updates, staircase)
    return initial * decay_steps * (1 - decay_rate ** (updates / decay_steps)) / -math.log(decay_rate)


def _rounded(initial, decay_steps, decay_rate, updates, staircase):
    periods = np.arange(updates) / decay_steps
    return (initial * decay_rate ** (np.round(periods) if staircase else periods)).sum()


EXERCISE = Exercise(
    function="reach",
    probes=probes,
    mistakes=(
        Mistake(
            "decay_steps_forgotten",
            "Your rate shrinks by `decay_rate` at every update: `decay_steps` has no effect.",
            lambda initial, decay_steps, decay_rate, updates, staircase: _right(
                initial, 1, decay_rate, updates, staircase
            ),
            SETTINGS,
        ),
        Mistake(
            "endless_sum",
            "You return the sum of endlessly many rates. A run has `updates` of them: add up only those.",
            _forever,
            SETTINGS,
        ),
        Mistake(
            "endless_sum_without_decay_steps",
            "You return base / (1 - decay_rate): endlessly many updates, and a decay at each of them. Add up the rates "
            "of `updates` updates, with a decay every `decay_steps`.",
            _forever_by_steps,
            SETTINGS,
        ),
        Mistake(
            "one_rate_too_many",
            "You add up one rate too many. `updates` updates are steps 0 to `updates` - 1.",
            _sum_over(0, lambda updates, decay_steps: updates + 1),
            SETTINGS,
        ),
        Mistake(
            "last_rate_left_out",
            "You add up one rate too few: the last one is missing. `updates` updates are steps 0 to `updates` - 1.",
            _sum_over(0, lambda updates, decay_steps: updates - 1),
            SETTINGS,
        ),
        Mistake(
            "first_rate_left_out",
            "Your sum starts with step 1. The first update is step 0 and has the base rate.",
            _sum_over(1, lambda updates, decay_steps: updates + 1),
            SETTINGS,
        ),
        Mistake(
            "always_smooth",
            "You add up the smooth rates, whatever `staircase` says. A stair keeps its rate for `decay_steps` updates.",
            lambda initial, decay_steps, decay_rate, updates, staircase: _right(
                initial, decay_steps, decay_rate, updates, False
            ),
            SETTINGS,
        ),
        Mistake(
            "always_stairs",
            "You add up the rates of a staircase, whatever `staircase` says. Is there a `//` where a `/` should be?",
            lambda initial, decay_steps, decay_rate, updates, staircase: _right(
                initial, decay_steps, decay_rate, updates, True
            ),
            SETTINGS,
        ),
        Mistake(
            "staircase_inverted",
            "You add up a staircase when `staircase` is False and smooth rates when it is True: swap them.",
            lambda initial, decay_steps, decay_rate, updates, staircase: _right(
                initial, decay_steps, decay_rate, updates, not staircase
            ),
            SETTINGS,
        ),
        Mistake(
            "whole_stairs_only",
            "You leave out the updates of the last stair when it is not complete. They move the weight too.",
            _whole_stairs(math.floor),
            SETTINGS,
        ),
        Mistake(
            "last_stair_completed",
            "You count the last stair as a whole, although the run ends on it. Count only the updates made.",
            _whole_stairs(math.ceil),
            SETTINGS,
        ),
        Mistake(
            "each_stair_once",
            "You count each stair's rate once. It is used in `decay_steps` updates, and each of them moves the weight.",
            _stairs_once,
            SETTINGS,
        ),
        Mistake(
            "last_rate_not_sum",
            "You return a rate, that of the end of the run. The way is the sum of the rates of all updates.",
            lambda initial, decay_steps, decay_rate, updates, staircase: _rates(
                initial, decay_steps, decay_rate, updates, staircase
            ),
            SETTINGS,
        ),
        Mistake(
            "mean_not_sum",
            "You return the mean of the rates. Each update moves the weight: add them up.",
            lambda initial, decay_steps, decay_rate, updates, staircase: (
                _right(initial, decay_steps, decay_rate, updates, staircase) / updates
            ),
            SETTINGS,
        ),
        Mistake(
            "base_forgotten",
            "You add up powers of `decay_rate` alone. Each rate is `initial` times that.",
            lambda initial, decay_steps, decay_rate, updates, staircase: _right(
                1.0, decay_steps, decay_rate, updates, staircase
            ),
            SETTINGS,
        ),
        Mistake(
            "decay_ignored",
            "You return updates times the base rate, as if it did not decay. Add up the rates that were used.",
            lambda initial, decay_steps, decay_rate, updates, staircase: initial * updates,
            SETTINGS,
        ),
        Mistake(
            "integral_not_sum",
            "You integrate the smooth rate over time. Updates come one by one, each with the rate of its step: sum.",
            _integral,
            SETTINGS,
        ),
        Mistake(
            "endless_sums_of_the_chapter",
            "You use the chapter's two sums. They have no end, and its smooth one is for decay_steps 1. Add up the "
            "rates of `updates` updates.",
            _forever_as_in_the_chapter,
            SETTINGS,
        ),
        Mistake(
            "smooth_without_decay_steps",
            "Your staircase is right, but your smooth rate shrinks by `decay_rate` at every update. It takes "
            "`decay_steps` updates to shrink that much.",
            lambda initial, decay_steps, decay_rate, updates, staircase: _right(
                initial, decay_steps if staircase else 1, decay_rate, updates, staircase
            ),
            SETTINGS,
        ),
        Mistake(
            "last_rate_times_updates",
            "You multiply a rate, that of the end of the run, by `updates`. Each update has its own rate: add them up.",
            lambda initial, decay_steps, decay_rate, updates, staircase: (
                updates * _rates(initial, decay_steps, decay_rate, updates, staircase)
            ),
            SETTINGS,
        ),
        Mistake(
            "first_rate_only",
            "You return the first rate. Is the `return` inside the loop?",
            lambda initial, decay_steps, decay_rate, updates, staircase: initial,
            SETTINGS,
        ),
        Mistake(
            "distance_left",
            "You return what is left of the 6 in the cell. Return the way that the weight has gone.",
            lambda *settings: 6 - _right(*settings),
            SETTINGS,
        ),
        Mistake(
            "numbers_of_the_cell",
            "You add up the rates of the cell above, base 0.2, decay_steps 20 and decay_rate 0.5. Use the arguments.",
            lambda initial, decay_steps, decay_rate, updates, staircase: _right(0.2, 20, 0.5, updates, staircase),
            SETTINGS,
        ),
        Mistake(
            "rounded_not_floored",
            "You round step / decay_steps to the nearest integer, so each stair begins half a stair early. Round down.",
            _rounded,
            SETTINGS,
        ),
    ),
)
