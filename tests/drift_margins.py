"""How far a number may move before it is rounded otherwise."""

import re
from decimal import Decimal
from typing import Any

import numpy as np

ULPS = 4  # what a sum may move by if it is taken in another order, though the processors at hand agree
FORMAT = re.compile(r".*?(?:\.(?P<digits>\d+))?(?P<kind>[eEfFgG%]?)")


def margins(how: str, argument: Any, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return each number's distance from its nearest rounding edge, and what that has to exceed if it does not drift.

    Args:
      how: "format", "round", "compare" with zero, or "figure".
      argument: the format, or the number of decimals.
      values: of one axis. Those of few bits, as 0.125, are taken to be exact.
    """
    numbers = values.astype(float)
    if how == "compare":
        return np.nan_to_num(np.abs(numbers)), np.zeros(values.shape)
    if how == "figure":  # rounded to six decimals by Matplotlib, then to two
        written = np.round(numbers, 6)
        to_edge = _to_edge(written, 0.01)
        margin = np.where(to_edge < 5e-7, 5e-7 - np.abs(numbers - written), to_edge - 5e-7)
        return margin, np.zeros(values.shape)
    units = np.array([10.0**-argument if how == "round" else _unit(number, argument) for number in numbers])
    size = np.abs(values)
    if how == "round" or argument[-1:] in ("f", "%"):  # terms of size 1 may have canceled
        size = np.maximum(size, 1, dtype=values.dtype)
    with np.errstate(invalid="ignore"):
        is_exact = (units == 0) | (numbers * 2.0**20 % 1 == 0)
        return _to_edge(numbers, units), np.where(is_exact, 0, ULPS * np.nan_to_num(np.spacing(size)).astype(float))


def _to_edge(values: np.ndarray, unit: Any) -> np.ndarray:
    """Return the distances from the nearest odd multiple of half a unit."""
    with np.errstate(all="ignore"):
        return np.nan_to_num(unit * np.abs(values / unit % 1 - 0.5))


def _unit(value: float, spec: str) -> float:
    """Return the value of the last digit that a format shows; 0 if it shows all that the number has."""
    found = FORMAT.fullmatch(spec)
    if not np.isfinite(value) or not any(found.groups()):
        return 0.0
    text = format(value, f"#.{found['digits'] or 6}{found['kind'] or 'g'}")
    return 10.0 ** (Decimal(text.rstrip("%")).as_tuple().exponent - 2 * text.endswith("%"))
