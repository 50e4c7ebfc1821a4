"""Checks of numbers, free of TensorFlow: every message names the argument, the rule and the value."""

import math
from collections.abc import Callable, Collection
from numbers import Integral, Real
from typing import Any


def positive(name: str, value: Any) -> float:
    """Return ``value`` as a ``float`` if it is a finite number above zero."""
    if not _is_finite(name, value) or float(value) <= 0:  # as a float, because rounding may reach 0
        raise ValueError(f"{name} must be finite and above 0, got {value!r}")
    return float(value)


def not_negative(name: str, value: Any) -> float:
    """Return ``value`` as a ``float`` if it is a finite number that is zero or above."""
    if not _is_finite(name, value) or value < 0:
        raise ValueError(f"{name} must be finite and at least 0, got {value!r}")
    return float(value)


def in_interval(name: str, value: Any, interval: str) -> float:
    """Return ``value`` as a ``float`` if it is in an interval; ``"(0, 1]"`` holds 1 and not 0, as in mathematics."""
    low, high = map(float, interval[1:-1].split(","))
    number = float(value) if _is_finite(name, value) else math.nan  # as a float, because rounding may reach an end
    if not low <= number <= high or (number, interval[0]) == (low, "(") or (number, interval[-1]) == (high, ")"):
        raise ValueError(f"{name} must be in {interval}, got {value!r}")
    return number


def positive_integer(name: str, value: Any, *, largest: float = math.inf) -> int:
    """Return ``value`` as an ``int`` if it is a whole number from 1 to ``largest``."""
    return integer(name, value, smallest=1, largest=largest)


def integer(name: str, value: Any, *, smallest: int, largest: float = math.inf) -> int:
    """Return ``value`` as an ``int`` if it is a whole number from ``smallest`` to ``largest``."""
    if isinstance(value, bool) or not isinstance(value, Integral):
        raise TypeError(f"{name} must be an integer, got {value!r}")
    number = int(value)
    if number < smallest:
        raise ValueError(f"{name} must be at least {smallest}, got {value!r}")
    if number > largest:
        raise ValueError(f"{name} must be at most {largest}, got {value!r}")
    return number


def boolean(name: str, value: Any) -> bool:
    """Return ``value`` if it is ``True`` or ``False``; 0, 1 and NumPy's own truth values are not."""
    if not isinstance(value, bool):
        raise TypeError(f"{name} must be True or False, got {value!r}")
    return value


def keep(instance: Any, **rules: Callable[[str, Any], Any]) -> None:
    """Check fields of a frozen dataclass and keep each as the plain number that its rule returns.

    So a value works, prints and hashes alike whatever kind of number it was given.
    """
    for name, rule in rules.items():
        object.__setattr__(instance, name, rule(name, getattr(instance, name)))


def seed(value: Any) -> int:
    """Return ``value`` as an ``int`` if NumPy's ``RandomState`` takes it as a seed."""
    return integer("seed", value, smallest=0, largest=2**32 - 1)


def one_of(name: str, value: Any, known: Collection[str]) -> str:
    """Return ``value`` if it is one of the ``known`` names."""
    rule = f"{name} must be one of {', '.join(map(repr, known))}, got {value!r}"
    if not isinstance(value, str):
        raise TypeError(rule)
    if value not in known:
        raise ValueError(rule)
    return value


def floating_dtype(dtype: Any) -> Any:
    """Return ``dtype`` as a NumPy dtype if it is a floating one."""
    import numpy as np  # here, so that importing this module loads nothing

    try:
        if hasattr(type(dtype), "__array__"):
            raise TypeError  # for what has values and a dtype, which NumPy would take
        dtype = np.dtype(dtype)
    except (TypeError, ValueError):
        raise TypeError(f"dtype must be a NumPy dtype or its name, got {dtype!r}") from None
    if not np.issubdtype(dtype, np.floating):
        raise ValueError(f"dtype must be floating, got {dtype}: integers would cut off every digit")
    return dtype


def _is_finite(name: str, value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, Real):
        raise TypeError(f"{name} must be a number, got {value!r}")
    try:
        return math.isfinite(value)
    except OverflowError:  # an integer beyond every float
        return False
