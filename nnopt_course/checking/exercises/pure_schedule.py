"""Exercise "Two runs of one program": a schedule that gives the same answer whenever it is asked."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from nnopt_course.checking.core import Exercise, Mistake, Probe
from nnopt_course.checking.looks import single
from nnopt_course.checking.observing import Answer, Look, Unusable

MADE = "falling_rate is called once and makes the schedule. The schedule is called with a step; step 0 has `initial`."
POWER = "Each step has `factor` once more than the step before."
STOP = "The rate stops at `floor`."
MEMORY = "Work the rate out from `step` alone, whatever was asked before."
OWN = "Two schedules must not share what they know."


def rates(initial: float, factor: float, floor: float, steps: Sequence[int]) -> Look:
    """Look at the rates of one schedule, asked for ``steps`` in this order."""

    def look(answer: Answer) -> Any:
        schedule = answer(initial, factor, floor)
        if not callable(schedule):
            return _no_schedule(schedule)
        return _asked(answer, schedule, steps)

    return look


def after_another(initial: float, factor: float, floor: float, steps: Sequence[int]) -> Look:
    """Look at the rates of a schedule while another one, made later, is asked first."""

    def look(answer: Answer) -> Any:
        schedule, other = answer(initial, factor, floor), answer(2 * initial, factor / 2, floor / 2)
        if not (callable(schedule) and callable(other)):
            return _no_schedule(schedule)
        _asked(answer, other, steps)
        return _asked(answer, schedule, steps)

    return look


def _asked(answer: Answer, schedule: Callable[[int], Any], steps: Sequence[int]) -> Any:
    found = [single(answer.run(schedule, step)) for step in steps]
    if None in found:
        return Unusable("your schedule returned None. Is a `return` missing in the inner function?")
    if not all(isinstance(rate, float) for rate in found):
        return Unusable("your schedule did not return a single number for a step.")
    return found


def _no_schedule(value: Any) -> Any:
    if value is None:
        return None
    words = f"your function returned a {type(value).__name__}, which cannot be asked for a step."
    return Unusable(f"{words}\nReturn a function of `step`, or an object with __call__.")


# In order, with jumps, backward, again and again, from 0 anew; with the floor reached and not.
ORDERS = (
    rates(0.8, 0.5, 0.06, (0, 1, 2, 3, 4, 5)),
    rates(0.8, 0.5, 0.06, (2, 2, 0, 0, 1)),
    rates(0.9, 0.7, 0.001, (4, 1, 6, 6, 0, 3)),
    rates(0.9, 0.7, 0.001, (0, 1, 1, 2, 0, 1)),
)


def _oracle(initial: float, factor: float, floor: float, steps: Sequence[int]) -> list[float]:
    """Return the rates by a table, multiplied up once."""
    table = np.cumprod([initial, *[factor] * max(steps)])
    return np.where(table < floor, floor, table)[list(steps)].tolist()


def probes(rng: np.random.Generator) -> Iterator[Probe]:
    """Yield steps in order first, then the floor, a step asked twice, orders, and two schedules."""
    settings = "initial 0.8, factor 0.5, floor 0.06"
    halves = [0.8, 0.4, 0.2, 0.1]
    yield Probe(f"{settings}, step 0 of a new schedule", rates(0.8, 0.5, 0.06, (0,)), [0.8], MADE)
    yield Probe(f"{settings}, steps 0, 1, 2, 3 in order", rates(0.8, 0.5, 0.06, (0, 1, 2, 3)), halves, POWER)
    stopped = [*halves, 0.06, 0.06]
    yield Probe(f"{settings}, steps 0 to 5 in order", rates(0.8, 0.5, 0.06, range(6)), stopped, STOP)
    yield Probe(f"{settings}, step 2 asked twice", rates(0.8, 0.5, 0.06, (2, 2)), [0.2, 0.2], MEMORY)
    yield Probe(f"{settings}, step 0 asked twice", rates(0.8, 0.5, 0.06, (0, 0)), [0.8, 0.8], MEMORY)
    plotted = rates(0.8, 0.5, 0.06, (0, 1, 2, 0, 1, 2))
    yield Probe(f"{settings}, steps 0, 1, 2 for a plot, then again", plotted, halves[:3] * 2, MEMORY)
    yield Probe(f"{settings}, steps 3, 0, 2", rates(0.8, 0.5, 0.06, (3, 0, 2)), [0.1, 0.8, 0.2], MEMORY)
    yield Probe(f"{settings}, steps 1, 1, 2", rates(0.8, 0.5, 0.06, (1, 1, 2)), [0.4, 0.4, 0.2], MEMORY)

    initial, factor = (float(value) for value in rng.integers(3, 9, size=2) / 10)
    for count, floor in [(5, 0.002), (6, initial * factor**2)]:
        steps = rng.integers(0, 8, size=count).tolist()
        says = f"initial {initial}, factor {factor}, floor {floor:.6g}, steps {', '.join(map(str, steps))}"
        yield Probe(says, rates(initial, factor, floor, steps), _oracle(initial, factor, floor, steps), MEMORY)
    pair = after_another(0.8, 0.5, 0.06, (0, 1, 2, 3))
    yield Probe(f"{settings}, while another schedule is asked for the same steps first", pair, halves, OWN)


class _Listing:
    """The listing of the exercise: it multiplies, then returns."""

    def __init__(self, rate, factor, floor):
        self.rate, self.factor, self.floor = rate, factor, floor

    def __call__(self, step):
        self.rate = max(self.floor, self.rate * self.factor)
        return self.rate


class _ReturnsThenMultiplies(_Listing):
    def __call__(self, step):
        now, self.rate = self.rate, max(self.floor, self.rate * self.factor)
        return now


class _StartsOver(_ReturnsThenMultiplies):
    def __init__(self, rate, factor, floor):
        super().__init__(rate, factor, floor)
        self.initial = rate

    def __call__(self, step):
        if step == 0:
            self.rate = self.initial
        return super().__call__(step)


class _MultipliesAfterStepZero(_Listing):
    def __init__(self, rate, factor, floor):
        super().__init__(rate, factor, floor)
        self.initial = rate

    def __call__(self, step):
        if step == 0:
            self.rate = self.initial
            return self.rate
        return super().__call__(step)


class _OncePerNewStep(_Listing):
    last = 0

    def __call__(self, step):
        if step != self.last:
            self.last = step
            super().__call__(step)
        return self.rate


class _OncePerLaterStep(_OncePerNewStep):
    def __call__(self, step):
        return super().__call__(max(step, self.last))


def _pure(rate):
    """Return the answer whose schedule is ``rate(initial, factor, floor, step)``."""
    return lambda initial, factor, floor: lambda step: rate(initial, factor, floor, step)


def _last_above(initial, factor, floor, step):
    rate = initial
    while step and rate * factor >= floor:
        step, rate = step - 1, rate * factor
    return rate


EXERCISE = Exercise(
    function="falling_rate",
    probes=probes,
    mistakes=(
        Mistake(
            "listing_unchanged",
            "Your schedule is still the listing: each question makes the rate smaller, the first one too, and `step` "
            "has no effect. Work the rate out from `step`.",
            _Listing,
            ORDERS,
        ),
        Mistake(
            "counts_the_questions",
            "The first answer is right now, but each question still makes the next rate smaller, whoever asks. A plot "
            "asks too. Work the rate out from `step`.",
            _ReturnsThenMultiplies,
            ORDERS,
        ),
        Mistake(
            "starts_over_at_step_zero",
            "You start over when step 0 is asked, and in between each question makes the rate smaller. Work the rate "
            "out from `step`, so that nothing has to be reset.",
            _StartsOver,
            ORDERS,
        ),
        Mistake(
            "multiplies_after_step_zero",
            "You start over at step 0 and multiply once at every other question, whichever step is asked. Step 5 needs "
            "five factors, also when it is the first question. Work the rate out from `step`.",
            _MultipliesAfterStepZero,
            ORDERS,
        ),
        Mistake(
            "once_per_new_step",
            "You multiply once whenever another step is asked than before. From step 0 to step 5 that is one factor, "
            "not five, and going back does not undo it. Work the rate out from `step`.",
            _OncePerNewStep,
            ORDERS,
        ),
        Mistake(
            "once_per_later_step",
            "You multiply once whenever a later step is asked than all before. From step 0 to step 5 that is one "
            "factor, not five, and an earlier step gets the rate of now. Work the rate out from `step`.",
            _OncePerLaterStep,
            ORDERS,
        ),
        Mistake(
            "one_step_ahead",
            "Your schedule remembers nothing, but is one step ahead, as the listing was: step 0 has `initial` itself.",
            _pure(lambda initial, factor, floor, step: max(floor, initial * factor ** (step + 1))),
            ORDERS,
        ),
        Mistake(
            "floor_forgotten",
            "Your rate falls below `floor`. It ends there: return the larger of the two.",
            _pure(lambda initial, factor, floor, step: initial * factor**step),
            ORDERS,
        ),
        Mistake(
            "min_not_max",
            "You return the smaller of rate and `floor`, which is `floor` from the start. Return the larger.",
            _pure(lambda initial, factor, floor, step: min(floor, initial * factor**step)),
            ORDERS,
        ),
        Mistake(
            "falls_towards_the_floor",
            "You let the rate above `floor` shrink and add `floor`. It is a stop, not an offset: return the larger.",
            _pure(lambda initial, factor, floor, step: floor + (initial - floor) * factor**step),
            ORDERS,
        ),
        Mistake(
            "floor_added",
            "You add `floor` to every rate. It is a stop, not an offset: return the larger of rate and `floor`.",
            _pure(lambda initial, factor, floor, step: floor + initial * factor**step),
            ORDERS,
        ),
        Mistake(
            "multiplied_not_raised",
            "You multiply by factor * step. Each step multiplies by `factor` once more: that is a power, `**`.",
            _pure(lambda initial, factor, floor, step: max(floor, initial * factor * step)),
            ORDERS,
        ),
        Mistake(
            "one_step_behind",
            "Your schedule is one step behind: step 0 gets more than `initial`. Step 0 has no factor yet.",
            _pure(lambda initial, factor, floor, step: max(floor, initial * factor ** (step - 1))),
            ORDERS,
        ),
        Mistake(
            "floor_of_the_factor",
            "You stop the power at `floor` and then multiply by `initial`. The rate itself stops there.",
            _pure(lambda initial, factor, floor, step: initial * max(floor, factor**step)),
            ORDERS,
        ),
        Mistake(
            "stops_above_the_floor",
            "Your rate stops one step too early: it keeps the last value above `floor`. From there on it is `floor`.",
            _pure(_last_above),
            ORDERS,
        ),
    ),
)
