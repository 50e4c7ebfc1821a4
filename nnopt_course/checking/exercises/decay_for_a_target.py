"""Exercise "Which memory for this noise?": the decay that brings the average within a distance, if one does."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from nnopt_course.checking.core import Exercise, Mistake, Probe
from nnopt_course.checking.observing import Answer, Look, Unusable

NOISE = "The noise remembers: a = 1 - rate * curvature of a deviation survives a step. Six digits must be right."
WHITE = "Here a = 1 - rate * curvature is 0, and the noise is white. Six digits must be right."
CENTER = "An average lies at the center of the cloud. Its shift stays, whatever the decay."


def _decay(target: float, rate: float, curvature: float, variance: float, shift: float) -> Look:
    def look(answer: Answer) -> Any:
        found = answer(target, rate, curvature, variance, shift)
        refuses = target <= shift**2 and found is None
        return Unusable("your function returned None, which is easy to overlook.") if refuses else found

    return look


# Variances other than 1, shifts of both signs, noise that forgets at once and slowly; no mistake meets its limits.
REACHED = (
    _decay(0.8, 0.1, 1.0, 2.0, 0.5),
    _decay(1.0, 0.2, 3.0, 4.0, -0.75),
    _decay(0.05, 0.05, 0.5, 0.25, 0.02),
    _decay(0.6, 0.5, 2.0, 3.0, 0.3),
)
RIGHT_OF_THE_BEST = REACHED[:1] + REACHED[2:]  # shift or its absolute value, that is the same mistake
EASY = (*REACHED, _decay(5.0, 0.1, 1.0, 2.0, 0.5))
HARD = (*REACHED, _decay(0.2, 0.1, 1.0, 2.0, 0.5), _decay(0.25, 0.1, 1.0, 2.0, 0.5))
ALL = (*EASY, *HARD[-2:])
ABOVE_THE_VARIANCE = _decay(4.5, 0.25, 2.0, 4.0, 1.5)  # but below variance and shift together


def _left(decay: float, a: float) -> float:
    """Return the stationary variance of the average of noise of variance 1, from the two recursions.

    With x' = a x + noise and s' = d s + (1 - d) x', the covariance of x and s obeys c = d a c + (1 - d), and the
    variance of s obeys v = d^2 v + 2 d (1 - d) a c + (1 - d)^2.
    """
    c = (1 - decay) / (1 - decay * a)
    return ((1 - decay) ** 2 + 2 * decay * (1 - decay) * a * c) / (1 - decay**2)


def probes(rng: np.random.Generator) -> Iterator[Probe]:
    """Yield targets of a known decay, then one that needs no average, then some that none reaches."""
    cases = [(0.9, 1.0, 1.0, 1.0, 0.0), (0.99, 0.1, 1.0, 1.0, 0.0), (0.9, 0.25, 2.0, 4.0, 0.5)]
    cases.append((0.5, 0.25, 2.0, 4.0, 1.5))  # the target is above the variance alone
    drawn = rng.integers(60, 99) / 100, rng.integers(2, 9) / 10, rng.integers(1, 8) / 8
    cases.append((*drawn, float(rng.integers(2, 9)), -float(rng.integers(3, 9)) / 4))
    for decay, rate, curvature, variance, shift in cases:
        target = float(shift**2 + variance * _left(decay, 1 - rate * curvature))
        look = _decay(target, rate, curvature, variance, shift)
        why = CENTER if shift else WHITE if rate * curvature == 1 else NOISE
        yield Probe(_says(target, rate, curvature, variance, shift), look, decay, why)
    for target, why in [
        (2.5, "The weights themselves are near enough: the decay is 0."),
        (0.2, f"The target is below the square of the shift: raise ValueError. {CENTER}"),
        (0.25, "The target is the square of the shift, which only an endless memory reaches: raise ValueError."),
    ]:
        expect = 0.0 if target > 1 else ValueError
        yield Probe(_says(target, 0.1, 1.0, 2.0, 0.5), _decay(target, 0.1, 1.0, 2.0, 0.5), expect, why)


def _says(target: float, rate: float, curvature: float, variance: float, shift: float) -> str:
    numbers = f"rate {rate:g}, curvature {curvature:g}, variance {variance:g}, shift {shift:g}"
    return f"target {target:.6g} at {numbers}"


def _root(left: float, a: float) -> float:
    """Return the decay that leaves a share ``left`` of the variance; 0 or less, or 1 and more, if there is none."""
    b, c = (1 - a) * (1 + left), a * (1 - left)
    return 2 * (1 - left) / (b + np.sqrt(np.maximum(b * b + 4 * c * (1 - left), 0)))


def _limited(decay: Callable) -> Callable:
    """Return the answer that works out a decay by ``decay(target, rate, curvature, variance, shift)`` and limits it."""

    def answer(target: float, rate: float, curvature: float, variance: float, shift: float) -> float:
        if target <= shift**2:
            raise ValueError("no decay reaches the target")
        if target >= variance + shift**2:
            return 0.0
        return float(decay(target, rate, curvature, variance, shift))

    return answer


def _formula(target: float, rate: float, curvature: float, variance: float, shift: float) -> float:
    return float(_root((target - shift**2) / variance, 1 - rate * curvature))


def _never_refusing(target: float, rate: float, curvature: float, variance: float, shift: float) -> float:
    return min(max(_formula(target, rate, curvature, variance, shift), 0.0), 1.0)


def _never_zero(target: float, rate: float, curvature: float, variance: float, shift: float) -> float:
    if target <= shift**2:
        raise ValueError("no decay reaches the target")
    return _formula(target, rate, curvature, variance, shift)


def _wrong_half(target: float, rate: float, curvature: float, variance: float, shift: float) -> float:
    """Return the end of the interval from 0 to 1 to which halving goes that keeps the wrong half."""
    return float(_left(0.5, 1 - rate * curvature) < (target - shift**2) / variance)


def _variance_alone(target: float, rate: float, curvature: float, variance: float, shift: float) -> float:
    return 0.0 if target >= variance else _limited(_formula)(target, rate, curvature, variance, shift)


def _rule(target: float, rate: float, curvature: float, variance: float, shift: float) -> float:
    left = (target - shift**2) / variance
    return 1 - rate * curvature * left / (1 - left)


EXERCISE = Exercise(
    function="decay_for",
    probes=probes,
    mistakes=(
        Mistake(
            "noise_taken_as_white",
            "Your decay is that for white noise. This noise remembers: use the factor that has `a` in it.",
            _limited(lambda t, r, k, v, s: _root((t - s**2) / v, 0.0)),
            REACHED,
        ),
        Mistake(
            "forgotten_taken_for_kept",
            "You use a = rate * curvature. That is what a step takes away of a deviation; `a` is what it leaves.",
            _limited(lambda t, r, k, v, s: _root((t - s**2) / v, r * k)),
            REACHED[:3],  # in the last it asks for 1 - r * k = 0, and a search fails in its own way
        ),
        Mistake(
            "curvature_ignored",
            "You use a = 1 - rate. A step leaves 1 - rate * curvature of a deviation.",
            _limited(lambda t, r, k, v, s: _root((t - s**2) / v, 1 - r)),
            REACHED,
        ),
        Mistake(
            "memories_compared",
            "You compare the two memories. That is right when both are long; solve the formula itself.",
            _limited(_rule),
            REACHED,
        ),
        Mistake(
            "shift_ignored",
            "Your average is right about the spread and forgets the shift. The mean square of the distance holds both.",
            _limited(lambda t, r, k, v, s: _root(t / v, 1 - r * k)),
            REACHED,
        ),
        Mistake(
            "shift_not_squared",
            "You subtract the shift from a mean square. Square it first.",
            _limited(lambda t, r, k, v, s: _root((t - s) / v, 1 - r * k)),
            RIGHT_OF_THE_BEST,
        ),
        Mistake(
            "shift_added",
            "You add the square of the shift to the target. The shift uses up a part of the target: subtract it.",
            _limited(lambda t, r, k, v, s: _root((t + s**2) / v, 1 - r * k)),
            REACHED,
        ),
        Mistake(
            "target_squared",
            "You square the target. It is a mean square already, not a distance.",
            _limited(lambda t, r, k, v, s: _root((t**2 - s**2) / v, 1 - r * k)),
            REACHED,
        ),
        Mistake(
            "shift_filtered_too",
            "You filter the whole mean square of the weights. The average removes spread; the shift stays as it is.",
            _limited(lambda t, r, k, v, s: _root(t / (v + s**2), 1 - r * k)),
            REACHED,
        ),
        Mistake(
            "variance_squared",
            "You square the variance. It is a mean square already.",
            _limited(lambda t, r, k, v, s: _root((t - s**2) / v**2, 1 - r * k)),
            REACHED,
        ),
        Mistake(
            "deviations_compared",
            "You compare standard deviations: your share is a square root. The formula is about the variance.",
            _limited(lambda t, r, k, v, s: _root(np.sqrt((t - s**2) / v), 1 - r * k)),
            REACHED,
        ),
        Mistake(
            "memory_not_decay",
            "You return the memory 1 / (1 - d). Return the decay d.",
            _limited(lambda *given: 1 / (1 - _formula(*given))),
            REACHED,
        ),
        Mistake(
            "new_share_not_decay",
            "You return the new share 1 - d. Return the decay d.",
            _limited(lambda *given: 1 - _formula(*given)),
            REACHED,
        ),
        Mistake(
            "wrong_half_kept",
            "Your search runs to an end of its interval, 0 or 1: it keeps the wrong half. Where `left` is still above "
            "the share, the decay has to be larger.",
            _limited(_wrong_half),
            REACHED,
        ),
        Mistake(
            "variance_alone_compared",
            "You return 0 as soon as the target is above the variance. The weights' mean square is variance plus "
            "shift squared.",
            _variance_alone,
            (*REACHED, ABOVE_THE_VARIANCE),
        ),
        Mistake(
            "formula_without_its_limits",
            "Your formula is right and runs on where it means nothing, to a decay below 0 or of 1 and more. Ask first "
            "whether the target needs an average, and whether any average reaches it.",
            _formula,
            ALL,
        ),
        Mistake(
            "unreachable_not_refused",
            "You return a decay for a target that none reaches. Raise ValueError: only a lower rate helps there.",
            _never_refusing,
            HARD,
        ),
        Mistake(
            "decay_below_0",
            "You return a decay below 0 where the weights are near enough already. Return 0 there.",
            _never_zero,
            ALL,
        ),
    ),
)
