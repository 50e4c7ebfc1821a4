"""Checks of numbers, free of TensorFlow: every message names the argument, the rule and the value."""

import math
from numbers import Integral, Real


def positive(name: str, value: float) -> float:
    """Return ``value`` if it is a finite number above zero."""
    if isinstance(value, bool) or not isinstance(value, Real):
        raise TypeError(f"{name} must be a number, got {value!r}")
    try:
        fits = math.isfinite(value) and value > 0
    except OverflowError:  # an integer beyond every float
        fits = False
    if not fits:
        raise ValueError(f"{name} must be finite and above 0, got {value!r}")
    return value


def positive_integer(name: str, value: int, *, largest: float = math.inf) -> int:
    """Return ``value`` as an ``int`` if it is a whole number from 1 to ``largest``."""
    if isinstance(value, bool) or not isinstance(value, Integral):
        raise TypeError(f"{name} must be an integer, got {value!r}")
    if value < 1:
        raise ValueError(f"{name} must be at least 1, got {value!r}")
    if value > largest:
        raise ValueError(f"{name} must be at most {largest}, got {value!r}")
    return int(value)
