"""Exercise "Assemble the template": a training loop in which every part does its work, in the right order."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

from nnopt_course._tensorflow import tf
from nnopt_course.checking.core import Exercise, Mistake, Probe
from nnopt_course.checking.observing import Answer, Look, Unusable

PLAIN = (
    "Update `step` takes batch step % len(batches). A gradient is None if the tape was not told to watch(w), or if a "
    "part of what you differentiate was added outside of the `with` block."
)
RATE = "Update `step`, counted from 0, has the rate schedule(step)."
PENALTY = "The tape has to see the data loss plus strength * penalty, both at the weight of now."
SHADOW = "After each update, shadow = average(shadow, new weight, step), in this order. It starts at the start."
ALL = "Each part alone is right. What does one of them do to another?"


class Parts(NamedTuple):
    """What the loop is made of."""

    loss: Callable[..., Any]
    penalty: Callable[..., Any]
    strength: float
    schedule: Callable[..., Any]
    average: Callable[..., Any]


def _halving(step: Any) -> float:
    return 0.25 * 0.5 ** float(step)


def _growing_memory(shadow: Any, value: Any, step: Any) -> Any:
    decay = (1 + float(step)) / (4 + float(step))
    return decay * shadow + (1 - decay) * value


def parts(strength: float = 0.0, schedule: Any = lambda step: 0.25, average: Any = lambda shadow, w, step: w) -> Parts:
    """Return the parts of a run; as they are by default, they do nothing to plain SGD."""
    return Parts(lambda w, batch: tf.reduce_sum(tf.square(w - batch)), tf.nn.l2_loss, strength, schedule, average)


START = tf.constant([4.0, -2.0], tf.float64)
BATCHES = [tf.constant(batch, tf.float64) for batch in ([1.0, 0.0], [-3.0, 2.0], [0.5, 5.0])]
EVERYTHING = parts(0.5, _halving, _growing_memory)
LONGER = parts(0.75, lambda step: 0.4 / (1 + float(step)), lambda shadow, w, step: 0.8 * shadow + 0.2 * w)


def result(made: Parts, updates: int, places: slice = slice(None)) -> Look:
    """Look at the weight and its average, or at the ``places`` of these four numbers."""

    def look(answer: Answer) -> Any:
        found = answer(made, START, list(BATCHES), updates)
        if found is None:
            return None
        if not isinstance(found, tuple | list) or len(found) != 2:
            return Unusable("return two things, the weight and its average.")
        if any(value is None for value in found):
            return Unusable("the weight or its average is None.")
        try:
            return np.concatenate([np.asarray(value, np.float64).ravel() for value in found])[places]
        except (TypeError, ValueError):
            return Unusable("the weight or its average is not an array of numbers.")

    return look


RUNS = (result(EVERYTHING, 4), result(LONGER, 5))


def _oracle(strength: float, rates: list[float], decays: list[float]) -> list[float]:
    """Return weight and average in NumPy, with the slope of the loss worked out: 2 (w - batch) + strength * w."""
    path = [START.numpy()]
    for step, rate in enumerate(rates):
        batch = BATCHES[step % 3].numpy()
        path.append((1 - rate * (2 + strength)) * path[-1] + 2 * rate * batch)
    left = np.cumprod([1.0, *decays[::-1]])[::-1]  # what the later updates leave of each weight
    shadow = (left * np.array([1.0, *(1 - np.array(decays))])) @ np.array(path)
    return [*path[-1], *shadow]


def probes(rng: np.random.Generator) -> Iterator[Probe]:
    """Yield plain SGD first, then one part on at a time, then all of them."""
    halves, nothing = [0.25 * 0.5**step for step in range(8)], [0.0] * 8
    memory = [(1 + step) / (4 + step) for step in range(8)]

    def expect(updates: int, strength: float = 0.0, rates: Any = (0.25,) * 8, decays: Any = nothing) -> list[float]:
        return _oracle(strength, list(rates[:updates]), list(decays[:updates]))

    for says, made, updates, right, why in (
        ("everything off, one update", parts(), 1, expect(1), PLAIN),
        ("everything off, 4 updates on 3 batches", parts(), 4, expect(4), PLAIN),
        ("only the schedule on", parts(schedule=_halving), 4, expect(4, rates=halves), RATE),
        ("only the penalty on, strength 0.5", parts(0.5), 4, expect(4, 0.5), PENALTY),
    ):
        yield Probe(f"the weight, {says}", result(made, updates, slice(2)), right[:2], why)
    says = "weight and average"
    watched = result(parts(average=_growing_memory), 4)
    yield Probe(f"{says}, only the average on", watched, expect(4, decays=memory), SHADOW)
    yield Probe(f"{says}, everything on", result(EVERYTHING, 4), expect(4, 0.5, halves, memory), ALL)
    strength, base, decay = (float(value) for value in rng.integers(2, 9, size=3) / 10)
    drawn = parts(strength, lambda step: base / (2 + float(step)), lambda s, w, step: decay * s + (1 - decay) * w)
    rates = [base / (2 + step) for step in range(7)]
    says = f"{says}, strength {strength}, rates {base} / (2 + step), decay {decay}, 7 updates"
    yield Probe(says, result(drawn, 7), expect(7, strength, rates, [decay] * 7), ALL)


def _slope(p: Parts, w: Any, batch: Any, strength: float) -> Any:
    with tf.GradientTape() as tape:
        tape.watch(w)
        loss = p.loss(w, batch) + strength * p.penalty(w)
    return tape.gradient(loss, w)


def _loop(
    p: Parts, w: Any, batches: Any, updates: int, *, strength: Callable = lambda s: s,
    clock: Callable = lambda step: step, batch: Callable = lambda step, n: step % n, averaged: str = "after",
    memory: Callable = lambda step: step, shadow: Callable = lambda w: w, sign: int = 1, decay: float = 0.0,
):  # fmt: skip
    watched = shadow(w)
    for step in range(updates):
        if averaged == "before":
            watched = p.average(watched, w, memory(step))
        slope = _slope(p, w, batches[batch(step, len(batches))], strength(p.strength))
        w = (1 - decay * p.strength) * w - sign * p.schedule(clock(step)) * slope
        if averaged == "late" and step == 0:
            watched = w
        if averaged in ("after", "back", "late", "swapped"):
            watched = p.average(watched, w, memory(step))
        if averaged == "anew":
            watched = p.average(shadow(START), w, memory(step))
        if averaged == "turned":
            watched = p.average(w, watched, memory(step))
        if averaged == "slope":
            watched = p.average(watched, slope, memory(step))
        if averaged == "back":
            w = watched
    return {"weight": (w, w), "swapped": (watched, w)}.get(averaged, (w, watched))


def _mistake(mistake: str, message: str, **changes: Any) -> Mistake:
    return Mistake(mistake, message, lambda *run: _loop(*run, **changes), RUNS)


EXERCISE = Exercise(
    function="assembled",
    probes=probes,
    mistakes=(
        _mistake(
            "rate_asked_once",
            "Every update has the rate of step 0: the clock stands still. Ask the schedule in the loop, for `step`.",
            clock=lambda step: 0,
        ),
        _mistake(
            "clock_counts_rounds",
            "You ask the schedule for the number of rounds through the batches. A step is one update.",
            clock=lambda step: step // len(BATCHES),
        ),
        _mistake(
            "rate_one_step_ahead",
            "Your first update has the rate of step 1. The rate is that of the step before it is counted up.",
            clock=lambda step: step + 1,
        ),
        _mistake(
            "both_clocks_ahead",
            "Your steps begin at 1, for the rate and for the average. Count from 0.",
            clock=lambda step: step + 1,
            memory=lambda step: step + 1,
        ),
        _mistake(
            "penalty_not_differentiated",
            "The penalty moves nothing. Is it added outside of the tape, or to a number that you do not differentiate? "
            "Add it inside, and take the gradient of the total.",
            strength=lambda s: 0.0,
        ),
        _mistake(
            "strength_twice",
            "Your penalty is multiplied by the strength twice. parts.penalty(w) comes without it, so once is right.",
            strength=lambda s: s * s,
        ),
        _mistake("strength_forgotten", "Your penalty is not multiplied by parts.strength.", strength=lambda s: 1.0),
        _mistake(
            "penalty_without_the_rate",
            "You shrink the weight by the strength in each update, whatever the rate. The penalty is part of the loss: "
            "let the tape differentiate it.",
            strength=lambda s: 0.0,
            decay=1.0,
        ),
        _mistake(
            "average_never_kept",
            "The average stays where it started. It is a pure function: keep what it returns as the new shadow.",
            averaged="never",
        ),
        _mistake(
            "average_before_the_update",
            "Your average takes in the weight before the update, so the last weight is missing from it. Update first.",
            averaged="before",
        ),
        _mistake(
            "average_arguments_swapped",
            "You hand the weight to the average as the shadow, and the shadow as the weight. It is average(shadow, w, "
            "step).",
            averaged="turned",
        ),
        _mistake(
            "average_begins_anew",
            "Each update averages the new weight with the start, not with the shadow so far. Hand the shadow back in.",
            averaged="anew",
        ),
        _mistake(
            "average_trains",
            "You go on training from the average. It only watches: the next update starts from the weight.",
            averaged="back",
        ),
        _mistake("average_is_the_weight", "You return the weight twice. The second is its average.", averaged="weight"),
        _mistake(
            "average_clock_stuck",
            "The average is asked with step 0 in each update. Hand it the step, as you do the schedule.",
            memory=lambda step: 0,
        ),
        _mistake(
            "average_one_step_ahead",
            "The rate is right, but the average gets the step of the next update. Both get the same one.",
            memory=lambda step: step + 1,
        ),
        _mistake(
            "average_starts_at_zero",
            "Your average starts at 0. It starts at the first weight, as in TensorFlow 1.",
            shadow=lambda w: 0 * w,
        ),
        _mistake(
            "average_starts_late",
            "Your average starts at the first new weight, as Keras's does. It starts at the weight before the first "
            "update. (Is your shadow a tf.Variable, the same as the weight? It changes with it: keep a copy.)",
            averaged="late",
        ),
        _mistake(
            "weight_and_average_swapped",
            "You return the average first. The weight comes first.",
            averaged="swapped",
        ),
        _mistake(
            "gradient_averaged",
            "You average the gradients. The shadow is an average of the weights.",
            averaged="slope",
        ),
        _mistake(
            "first_batch_only",
            "Every update takes the first batch. Take batch step % len(batches).",
            batch=lambda step, n: 0,
        ),
        _mistake("climbs", "Your weight moves up the slope. An update subtracts the rate times the gradient.", sign=-1),
    ),
)
