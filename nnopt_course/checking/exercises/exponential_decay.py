"""Exercise "Staircase and smooth decay": the rate at a step, for numbers, arrays and integer tensors."""

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np

from nnopt_course._tensorflow import tf
from nnopt_course.checking.core import Exercise, Mistake, Probe
from nnopt_course.checking.observing import Look

HALF = "Half a period multiplies by the root of decay_rate, here 0.5."
POWER = "After one period of decay_steps the rate is base * decay_rate, after two it is base * decay_rate**2."
STAIR = "The step over decay_steps, rounded down, is the number of whole periods."
MANY = "`step` may be an array or a tensor. int(...), math.floor and Python's `if` on it take one number only."
INTEGER = "TensorFlow raises no fraction to an integer tensor: `//` keeps that one, `/` gives a float tensor."
OTHERS = "These are other settings than in the cell. Does your code use all of them, and none of the cell's numbers?"


def rate(*arguments: Any) -> Look:
    """Look at what is returned for the arguments ``(initial rate, step, decay_steps, decay_rate, staircase)``."""
    return lambda answer: answer(*arguments)


# Steps on a boundary, one before it, in the middle of a stair (1.5 rounds up, 2.5 to even) and past it.
STEPS = (0, 3, 9, 10, 15, 17, 20, 25)
SMOOTH = tuple(rate(0.8, step, 10, 0.3, False) for step in STEPS)
BOTH = (*SMOOTH, *(rate(0.8, step, 10, 0.3, True) for step in STEPS))


def _oracle(initial: float, step: float, decay_steps: int, decay_rate: float, staircase: bool) -> float:
    """Multiply stair by stair; the smooth rate is the exponential of a logarithm."""
    if not staircase:
        return float(np.exp(np.log(initial) + step / decay_steps * np.log(decay_rate)))
    value = initial
    while step >= decay_steps:
        step, value = step - decay_steps, value * decay_rate
    return value


def probes(rng: np.random.Generator) -> Iterator[Probe]:
    """Yield smooth numbers first, then stairs and their boundaries, random settings, arrays and tensors."""
    settings = "base 0.8, decay_steps 10, decay_rate 0.25"
    yield Probe(f"{settings}, smooth, step 10", rate(0.8, 10, 10, 0.25, False), 0.2, POWER)
    yield Probe(f"{settings}, smooth, step 5 (half a period)", rate(0.8, 5, 10, 0.25, False), 0.4, HALF)
    yield Probe(f"{settings}, smooth, step 0", rate(0.8, 0, 10, 0.25, False), 0.8, POWER)
    for step, expect in [(0, 0.8), (5, 0.8), (9, 0.8), (10, 0.2), (17, 0.2), (20, 0.05), (29, 0.05)]:
        yield Probe(f"{settings}, staircase, step {step}", rate(0.8, step, 10, 0.25, True), expect, STAIR)

    initial, decay_rate = (float(value) for value in rng.integers(3, 9, size=2) / 10)
    decay_steps = int(rng.integers(5, 9))
    steps = rng.integers(0, 4 * decay_steps, size=6)
    steps.setflags(write=False)  # an answer that changes them hurts nobody
    for staircase, kind in [(False, "smooth"), (True, "staircase")]:
        expect = [_oracle(initial, step, decay_steps, decay_rate, staircase) for step in steps.tolist()]
        settings = f"base {initial}, decay_steps {decay_steps}, decay_rate {decay_rate}, {kind}"
        for step, value in zip(steps.tolist(), expect, strict=True):
            yield Probe(
                f"{settings}, step {step}", rate(initial, step, decay_steps, decay_rate, staircase), value, OTHERS
            )
        array = rate(initial, steps, decay_steps, decay_rate, staircase)
        yield Probe(f"{settings}, an array of the steps {steps.tolist()}", array, expect, MANY)
        table = rate(initial, steps.reshape(2, 3), decay_steps, decay_rate, staircase)
        yield Probe(f"{settings}, the same steps as an array of shape (2, 3)", table, np.reshape(expect, (2, 3)), MANY)
        for dtype in (tf.int32, tf.int64):
            tensor = rate(initial, tf.constant(steps, dtype), decay_steps, decay_rate, staircase)
            yield Probe(f"{settings}, the same steps as a tensor of {dtype.name}", tensor, expect, INTEGER)


def _decay(initial, step, decay_steps, decay_rate, staircase, stair=np.floor):
    periods = np.asarray(step) / decay_steps
    return initial * decay_rate ** (stair(periods) if staircase else periods)


def _periods(step, decay_steps, staircase):
    periods = np.asarray(step) / decay_steps
    return np.floor(periods) if staircase else periods


def _floored_rate(initial, step, decay_steps, decay_rate, staircase):
    value = _decay(initial, step, decay_steps, decay_rate, False)
    return np.floor(value) if staircase else value


def _power_before_division(initial, step, decay_steps, decay_rate, staircase):
    power = initial * decay_rate ** np.asarray(step)
    return power // decay_steps if staircase else power / decay_steps


EXERCISE = Exercise(
    function="exponential_decay",
    probes=probes,
    mistakes=(
        Mistake(
            "integer_division",
            "You divide the step by `decay_steps` with `//`, so the smooth decay has stairs too. Use `/` there.",
            lambda initial, step, decay_steps, decay_rate, staircase: _decay(
                initial, step, decay_steps, decay_rate, True
            ),
            BOTH,
        ),
        Mistake(
            "staircase_ignored",
            "Your rate is smooth, whatever `staircase` says. With a staircase, round step / decay_steps down.",
            lambda initial, step, decay_steps, decay_rate, staircase: _decay(
                initial, step, decay_steps, decay_rate, False
            ),
            BOTH,
        ),
        Mistake(
            "staircase_inverted",
            "You make stairs when `staircase` is False and a smooth decay when it is True: swap them.",
            lambda initial, step, decay_steps, decay_rate, staircase: _decay(
                initial, step, decay_steps, decay_rate, not staircase
            ),
            BOTH,
        ),
        Mistake(
            "rounded_not_floored",
            "You round step / decay_steps to the nearest integer, so each stair begins half a stair early. Round down.",
            partial(_decay, stair=np.round),
            BOTH,
        ),
        Mistake(
            "rounded_up",
            "You round step / decay_steps up: the rate falls right after step 0. Each rate is kept for decay_steps "
            "steps: round down.",
            partial(_decay, stair=np.ceil),
            BOTH,
        ),
        Mistake(
            "stair_one_step_late",
            "Your stairs begin one step late. Step `decay_steps` is the first one with the new rate.",
            lambda initial, step, decay_steps, decay_rate, staircase: _decay(
                initial, np.maximum(step - 1, 0) if staircase else step, decay_steps, decay_rate, staircase
            ),
            BOTH,
        ),
        Mistake(
            "stairs_counted_from_one",
            "You divide `step - 1`. The first update is step 0, and -1 rounded down is a period before the start.",
            lambda initial, step, decay_steps, decay_rate, staircase: _decay(
                initial, step - 1 if staircase else step, decay_steps, decay_rate, staircase
            ),
            BOTH,
        ),
        Mistake(
            "stair_one_step_early",
            "Your stairs begin one step early. Step `decay_steps - 1` still has the old rate.",
            lambda initial, step, decay_steps, decay_rate, staircase: _decay(
                initial, step + 1 if staircase else step, decay_steps, decay_rate, staircase
            ),
            BOTH,
        ),
        Mistake(
            "rate_floored",
            "You round the rate down, and a rate below 1 becomes 0. Round step / decay_steps down, before the power.",
            _floored_rate,
            BOTH,
        ),
        Mistake(
            "decay_steps_ignored",
            "Your rate shrinks by `decay_rate` at every step: `decay_steps` has no effect. Divide the step by it.",
            lambda initial, step, decay_steps, decay_rate, staircase: initial * decay_rate ** np.asarray(step),
            BOTH,
        ),
        Mistake(
            "decay_steps_as_epochs",
            "You multiply the step by `decay_steps`. It is the number of steps that shrink the rate once: divide.",
            lambda initial, step, decay_steps, decay_rate, staircase: (
                initial * decay_rate ** (np.asarray(step) * decay_steps)
            ),
            BOTH,
        ),
        Mistake(
            "multiplied_not_raised",
            "You multiply `decay_rate` by the number of periods. Each period multiplies once more: a power, `**`.",
            lambda initial, step, decay_steps, decay_rate, staircase: (
                initial * decay_rate * _periods(step, decay_steps, staircase)
            ),
            BOTH,
        ),
        Mistake(
            "natural_exponential",
            "You return base * exp(-decay_rate * periods). Here `decay_rate` is itself the base of the power.",
            lambda initial, step, decay_steps, decay_rate, staircase: (
                initial * np.exp(-decay_rate * _periods(step, decay_steps, staircase))
            ),
            BOTH,
        ),
        Mistake(
            "inverse_time",
            "You return base / (1 + decay_rate * periods), the decay by inverse time. This one is a power.",
            lambda initial, step, decay_steps, decay_rate, staircase: (
                initial / (1 + decay_rate * _periods(step, decay_steps, staircase))
            ),
            BOTH,
        ),
        Mistake(
            "one_minus_decay_rate",
            "You raise 1 - decay_rate to the power. `decay_rate` is what is left after a period, not what goes.",
            lambda initial, step, decay_steps, decay_rate, staircase: _decay(
                initial, step, decay_steps, 1 - decay_rate, staircase
            ),
            BOTH,
        ),
        Mistake(
            "base_inside_the_power",
            "You raise base * decay_rate to the power. Only `decay_rate` is raised; the base multiplies the result.",
            lambda initial, step, decay_steps, decay_rate, staircase: (
                (initial * decay_rate) ** _periods(step, decay_steps, staircase)
            ),
            BOTH,
        ),
        Mistake(
            "steps_counted_from_one",
            "You divide `step - 1`, also for the smooth decay. The first update is step 0, and its rate is the base.",
            lambda initial, step, *settings: _decay(initial, np.asarray(step) - 1, *settings),
            BOTH,
        ),
        Mistake(
            "rate_of_the_next_step",
            "You divide `step + 1`, so each update has the rate of the next one. Step 0 has the base itself.",
            lambda initial, step, *settings: _decay(initial, np.asarray(step) + 1, *settings),
            BOTH,
        ),
        Mistake(
            "power_before_division",
            "You raise to the power of `step` and divide the result: `**` binds more tightly than `/` and `//`. Divide "
            "first, in parentheses.",
            _power_before_division,
            BOTH,
        ),
        Mistake(
            "smooth_without_decay_steps",
            "Your staircase is right, but your smooth rate shrinks by `decay_rate` at every step. Divide the step by "
            "`decay_steps` there too.",
            lambda initial, step, decay_steps, decay_rate, staircase: _decay(
                initial, step, decay_steps if staircase else 1, decay_rate, staircase
            ),
            BOTH,
        ),
    ),
)
