"""Exercise "The course's EMA trace": one update of an average whose decay warms up, as in listing opt4_6."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from nnopt_course.checking.core import Exercise, Mistake, Probe
from nnopt_course.checking.observing import Answer, Look

KEPT = (
    "The cell shows what is new; the rest is kept: 1/10 at step 0, 101/110 at step 100. It is never more than `decay`."
)
LISTING = [(1.0, 0), *[(10.0, 100)] * 7]  # weight and step of each update


def _update(shadow: float, weight: float, decay: float, step: int) -> Look:
    return lambda answer: answer(shadow, weight, decay, step)


def _trace(decay: float) -> Look:
    """Look at the shadow after each update of the listing, each from the one before."""

    def look(answer: Answer) -> Any:
        shadow, found = 0.0, []
        for weight, step in LISTING:
            shadow = answer(shadow, weight, decay, step)
            if shadow is None:
                return None
            found.append(shadow)
        return found

    return look


# Shadows other than 0, weights on both sides, steps in the warmup and after it.
UPDATES = (
    _update(2.0, 5.0, 0.99, 0),
    _update(2.0, -6.0, 0.99, 3),
    _update(4.0, 1.0, 0.75, 17),
    _update(-1.0, 7.0, 0.6, 200),
    _update(3.0, 8.0, 0.99, 40),
)


def _oracle(shadow: float, weight: float, decay: float, step: int) -> float:
    kept = np.array([decay, (1 + step) / (10 + step)]).min()
    return float(np.average([shadow, weight], weights=[kept, 1 - kept]))


def probes(rng: np.random.Generator) -> Iterator[Probe]:
    """Yield the listing's first updates, the decay by itself, then the whole listing."""
    yield Probe("shadow 0, weight 1, decay 0.99, step 0", _update(0.0, 1.0, 0.99, 0), 0.9, KEPT)
    yield Probe("shadow 0.9, weight 10, decay 0.99, step 100", _update(0.9, 10.0, 0.99, 100), 180.9 / 110, KEPT)
    yield Probe("shadow 2, weight 6, decay 0.5, step 1000", _update(2.0, 6.0, 0.5, 1000), 4.0, KEPT)
    yield Probe("shadow 2, weight 6, decay 0.25, step 5", _update(2.0, 6.0, 0.25, 5), 5.0, KEPT)
    shadow, weight = (float(number) for number in rng.integers(-12, 13, size=2) / 4 + [0, 8])
    for decay, step in [(0.9, int(rng.integers(5, 70))), (0.999, int(rng.integers(200, 5000)))]:
        says = f"shadow {shadow:g}, weight {weight:g}, decay {decay:g}, step {step}"
        yield Probe(says, _update(shadow, weight, decay, step), _oracle(shadow, weight, decay, step), KEPT)
    trace, found = 0.0, []
    for value, step in LISTING:
        trace = _oracle(trace, value, 0.99, step)
        found.append(trace)
    yield Probe("the listing, all eight updates at decay 0.99", _trace(0.99), found)


def _with(decay_at: Callable) -> Callable:
    """Return the update whose decay is ``decay_at(decay, step)``."""

    def update(shadow: float, weight: float, decay: float, step: int) -> float:
        kept = decay_at(decay, step)
        return kept * shadow + (1 - kept) * weight

    return update


def _warm(decay: float, step: int) -> float:
    return min(decay, (1 + step) / (10 + step))


EXERCISE = Exercise(
    function="update_shadow",
    probes=probes,
    mistakes=(
        Mistake(
            "no_warmup",
            "The decay is `decay` at every step. Near the start it is smaller: look at the shares that the cell prints "
            "(a fraction that is upside down, or lacks its parentheses, is 1 or more and changes nothing).",
            _with(lambda decay, step: decay),
            UPDATES,
        ),
        Mistake(
            "roles_swapped",
            "The new share and the kept share have changed places. The decay is what the shadow keeps of itself.",
            _with(lambda decay, step: 1 - _warm(decay, step)),
            UPDATES,
        ),
        Mistake(
            "warmup_taken_for_the_new_share",
            "You take (1 + n) / (10 + n) for the share that is new. It is the share that is kept, and `decay` limits "
            "it.",
            _with(lambda decay, step: 1 - (1 + step) / (10 + step)),
            UPDATES,
        ),
        Mistake(
            "steps_counted_from_1",
            "You use the warmup of the step after this one. `step` is already the number of updates made before: do "
            "not add 1 to it.",
            _with(lambda decay, step: min(decay, (2 + step) / (11 + step))),
            UPDATES,
        ),
        Mistake(
            "a_step_too_early",
            "You use the warmup of the step before. At step 0 your decay is 0, and the listing's is 1/10.",
            _with(lambda decay, step: min(decay, step / (9 + step))),
            UPDATES,
        ),
        Mistake(
            "ones_left_out",
            "Your warmup is step / (10 + step): 0 at step 0, where the listing keeps 1/10. One is missing above.",
            _with(lambda decay, step: min(decay, step / (10 + step))),
            UPDATES,
        ),
        Mistake(
            "max_not_min",
            "The larger of the two decays is at work. The warmup is there to lower it: take the smaller decay, or the "
            "larger new share.",
            _with(lambda decay, step: max(decay, (1 + step) / (10 + step))),
            UPDATES,
        ),
        Mistake(
            "decays_multiplied",
            "You multiply the two decays. Only one of them counts, the smaller.",
            _with(lambda decay, step: decay * (1 + step) / (10 + step)),
            UPDATES,
        ),
        Mistake(
            "decay_never_reached",
            "Your warmup never ends: `decay` has no effect. It is the largest decay that is allowed.",
            _with(lambda decay, step: (1 + step) / (10 + step)),
            UPDATES,
        ),
        Mistake(
            "integer_division",
            "You return the weight itself: the decay was 0. Did you write `//`? (1 + n) // (10 + n) rounds down to 0.",
            lambda shadow, weight, decay, step: weight,
            UPDATES,
        ),
        Mistake(
            "shadow_forgotten",
            "You return the new share of the weight alone, as if the shadow had been 0. Add what is kept of `shadow`.",
            lambda shadow, weight, decay, step: (1 - _warm(decay, step)) * weight,
            UPDATES,
        ),
        Mistake(
            "whole_weight_added",
            "You keep a share of the shadow and add the whole weight. The two shares of an average add up to 1.",
            lambda shadow, weight, decay, step: _warm(decay, step) * shadow + weight,
            UPDATES,
        ),
        Mistake(
            "decay_not_shadow",
            "You return the decay of this step. Return the new shadow.",
            lambda shadow, weight, decay, step: _warm(decay, step),
            UPDATES,
        ),
    ),
)
