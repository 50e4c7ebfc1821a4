"""Exercise "The step that never moved": a training loop that asks its schedule for the rate of every update."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from nnopt_course.checking.core import Exercise, Mistake, Probe
from nnopt_course.checking.looks import single
from nnopt_course.checking.observing import Answer, Look
from nnopt_course.schedules import ExponentialDecay

Schedule = Callable[[Any], float]

CLOCK = "Update number `step`, counted from 0 over all epochs, has the rate schedule(step)."
WEIGHT = "Return the last weight alone; the check reads the rates from the way that the weight takes."
BATCH = "The rates are right. Each update needs the gradient of its own batch, at the weight of now."
NEW = "Two calls give the same: the clock belongs to one run and starts at 0."


def halving(step: Any) -> float:
    """Return 1, 1/2, 1/4, ..."""
    return 0.5 ** float(step)


def batches_of(*sizes: int) -> list[np.ndarray]:
    """Return batches of the given sizes, filled with 0 and read-only."""
    return [np.broadcast_to(0.0, size) for size in sizes]


def rates(schedule: Schedule, batches: Sequence[np.ndarray], epochs: int, start: float) -> Look:
    """Look at the rates that were used: on a slope of 1 everywhere, each update moves the weight by its rate."""

    def look(answer: Answer) -> Any:
        path = [start]

        def slope(w: Any, batch: Any) -> float:
            if float(w) != path[-1]:  # a second question at the same weight is no update
                path.append(float(w))
            return 1.0

        last = single(answer(start, slope, schedule, batches, epochs), WEIGHT)
        return -np.diff([*path, last]) if isinstance(last, float) else last

    return look


def last_weight(schedule: Schedule, batches: Sequence[np.ndarray], epochs: int, start: float) -> Look:
    """Look at the weight after training on the mean of (w - b)^2 over the numbers b of a batch."""
    return lambda answer: answer(start, lambda w, batch: np.mean(2 * (w - batch)), schedule, batches, epochs)


# Three batches a round, the last one smaller; a schedule whose rates all differ.
ROUNDS = (
    rates(halving, batches_of(2, 2, 1), 2, 5.0),
    rates(halving, batches_of(2, 2, 1), 1, 4.0),
    rates(halving, batches_of(3), 4, 3.0),
    rates(lambda step: 0.3 / (2 + float(step)), batches_of(4, 4), 3, 2.0),
)
WEIGHTS = (*ROUNDS, last_weight(halving, [np.array([1.0, 3.0]), np.array([-2.0])], 2, 1.5))


def _oracle(rates_used: np.ndarray, means: np.ndarray, start: float) -> float:
    """Return the last weight in closed form: each batch's mean, weighted by what later updates leave of it."""
    left = np.append(np.cumprod((1 - 2 * rates_used)[::-1])[::-1], 1.0)
    return float(left[0] * start + np.sum(2 * rates_used * means * left[1:]))


def probes(rng: np.random.Generator) -> Iterator[Probe]:
    """Yield the rates used first, then weights, the listing and a second call."""
    pieces = batches_of(2, 2, 1)
    halves = [1.0, 0.5, 0.25, 0.125, 0.0625, 0.03125]
    says = "the rates used, schedule 1, 1/2, 1/4, ...,"
    yield Probe(f"{says} one epoch of one batch", rates(halving, batches_of(3), 1, 4.0), [1.0], CLOCK)
    yield Probe(f"{says} two epochs of three batches", rates(halving, pieces, 2, 5.0), halves, CLOCK)
    yield Probe(f"{says} four epochs of one batch", rates(halving, batches_of(3), 4, 3.0), halves[:4], CLOCK)
    yield Probe(f"{says} two epochs of three batches, again", rates(halving, pieces, 2, 5.0), halves, NEW)

    base, delay = float(rng.integers(2, 6) / 10), float(rng.integers(1, 5))
    data = [rng.integers(-8, 9, size=size) / 4 for size in (3, 3, 2)]
    used = base / (1 + np.arange(9) / delay)
    weight = _oracle(used, np.tile([batch.mean() for batch in data], 3), 2.0)
    run = last_weight(lambda step: base / (1 + float(step) / delay), data, 3, 2.0)
    yield Probe(f"the weight, rates {base} / (1 + step / {delay:g}), three epochs of three batches", run, weight, BATCH)

    listing = last_weight(lambda step: 0.1 * 0.99 ** float(step), [np.array([-1.0])], 40, 5.0)
    yield Probe("the weight of listing opt4_5 after 40 updates", listing, -0.995731, CLOCK)


def _loop(w, gradient, schedule, batches, epochs, clock):
    """Train with the rate that ``clock(epoch, i, step, examples)`` picks, of the numbers counted before the update."""
    step = examples = 0
    for epoch in range(epochs):
        for i, batch in enumerate(batches):
            w = w - schedule(clock(epoch, i, step, examples)) * gradient(w, batch)
            step, examples = step + 1, examples + len(batch)
    return w


def _with_clock(clock):
    return lambda *arguments: _loop(*arguments, clock)


def _asked_each_epoch(w, gradient, schedule, batches, epochs):
    step = 0
    for _ in range(epochs):
        rate = schedule(step)
        for batch in batches:
            w, step = w - rate * gradient(w, batch), step + 1
    return w


def _compounded(w, gradient, schedule, batches, epochs):
    rate = 1.0
    for step in range(epochs * len(batches)):
        rate = rate * schedule(step)
        w = w - rate * gradient(w, batches[step % len(batches)])
    return w


def _right(w, gradient, schedule, batches, epochs):
    return _loop(w, gradient, schedule, batches, epochs, lambda epoch, i, step, examples: step)


def _every_example(w, gradient, schedule, batches, epochs):
    return _right(
        w, gradient, schedule, [example for batch in batches for example in np.reshape(batch, (-1, 1))], epochs
    )


def _batch_after_batch(w, gradient, schedule, batches, epochs):
    return _right(w, gradient, schedule, [batch for batch in batches for _ in range(epochs)], 1)


def _updates_as_many_as_epochs(w, gradient, schedule, batches, epochs):
    return _right(w, gradient, schedule, [batches[step % len(batches)] for step in range(epochs)], 1)


EXERCISE = Exercise(
    function="descend",
    probes=probes,
    mistakes=(
        Mistake(
            "asked_once",
            "Every update has the rate of step 0: the schedule is asked once, or the step it is asked for never moves. "
            "Ask before each update and add 1 to the step after it.",
            _with_clock(lambda epoch, i, step, examples: 0),
            ROUNDS,
        ),
        Mistake(
            "restarts_every_epoch",
            "Your clock starts at 0 again in every epoch. Count the updates of the whole run.",
            _with_clock(lambda epoch, i, step, examples: i),
            ROUNDS,
        ),
        Mistake(
            "counts_epochs",
            "You ask the schedule for the number of the epoch. A step is one update, and every batch makes one.",
            _with_clock(lambda epoch, i, step, examples: epoch),
            ROUNDS,
        ),
        Mistake(
            "counts_examples",
            "You count the examples seen. A step is one update, whatever the size of its batch.",
            _with_clock(lambda epoch, i, step, examples: examples),
            ROUNDS,
        ),
        Mistake(
            "one_step_ahead",
            "Your first update has the rate of step 1: the step is counted before the update. Count it after.",
            _with_clock(lambda epoch, i, step, examples: step + 1),
            ROUNDS,
        ),
        Mistake(
            "one_step_behind",
            "Your second update still has the rate of step 0: the step is counted after the rate for the next update "
            "is asked. Ask right before each update.",
            _with_clock(lambda epoch, i, step, examples: max(step - 1, 0)),
            ROUNDS,
        ),
        Mistake(
            "asked_once_an_epoch",
            "You ask the schedule once an epoch, and all batches of the epoch get that rate. Ask before each update.",
            _asked_each_epoch,
            ROUNDS,
        ),
        Mistake(
            "rates_compounded",
            "You multiply the rate by schedule(step), again and again. The schedule returns the rate itself.",
            _compounded,
            ROUNDS,
        ),
        Mistake(
            "returns_after_one_epoch",
            "You stop after the first epoch. Is the `return` inside the loop?",
            lambda w, gradient, schedule, batches, epochs: _loop(
                w, gradient, schedule, batches, 1, lambda epoch, i, step, examples: step
            ),
            ROUNDS,
        ),
        Mistake(
            "returns_after_one_update",
            "You stop after the first update. Is the `return` inside both loops?",
            lambda w, gradient, schedule, batches, epochs: w - schedule(0) * gradient(w, batches[0]),
            ROUNDS,
        ),
        Mistake(
            "climbs",
            "Your weight moves up the slope. An update subtracts the rate times the gradient.",
            lambda w, gradient, schedule, batches, epochs: _loop(
                w, lambda *at: -gradient(*at), schedule, batches, epochs, lambda epoch, i, step, examples: step
            ),
            ROUNDS,
        ),
        Mistake(
            "gradient_of_the_start",
            "Your rates are right, but every gradient is that of the first weight. Hand `gradient` the weight of now.",
            lambda w, gradient, schedule, batches, epochs: (
                w - sum(schedule(k) * gradient(w, batches[k % len(batches)]) for k in range(epochs * len(batches)))
            ),
            WEIGHTS,
        ),
        Mistake(
            "one_update_per_example",
            "You make one update for each example. Hand `gradient` the whole batch: each batch makes one update.",
            _every_example,
            WEIGHTS,
        ),
        Mistake(
            "one_update_per_epoch",
            "You join the batches and make one update an epoch. Each batch makes one.",
            lambda w, gradient, schedule, batches, epochs: _right(
                w, gradient, schedule, [np.concatenate(batches)], epochs
            ),
            WEIGHTS,
        ),
        Mistake(
            "epochs_not_updates",
            "You make `epochs` updates. An epoch goes through all batches, and each of them makes an update.",
            _updates_as_many_as_epochs,
            WEIGHTS,
        ),
        Mistake(
            "batch_after_batch",
            "Your rates are right, but your loops are exchanged: you train on the first batch in all epochs, then on "
            "the second. An epoch goes through all batches.",
            _batch_after_batch,
            WEIGHTS,
        ),
        Mistake(
            "gradient_left_out",
            "You subtract the rate alone. An update subtracts the rate times the gradient of its batch.",
            lambda w, gradient, schedule, batches, epochs: _right(w, lambda *at: 1.0, schedule, batches, epochs),
            WEIGHTS,
        ),
        Mistake(
            "decay_of_the_cell",
            "You use `decay`, the schedule of the cell above. Ask the argument `schedule`.",
            lambda w, gradient, schedule, batches, epochs: _right(
                w, gradient, ExponentialDecay(0.1, decay_steps=1, decay_rate=0.99), batches, epochs
            ),
            ROUNDS,
        ),
    ),
)
