"""How far the numbers of a page move from processor to processor, and how far they are from printing something else.

``tests/drift_recorder.py`` records the numbers of a page before they are rounded; here the records of several
processors are compared. The drift is the largest difference that was found at a place in the code, because a single
number may come out the same by chance. The margin of a number is how far it may move before it is rounded otherwise.
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, NamedTuple

import numpy as np

FACTOR = 10  # how much more the numbers may drift on processors that we cannot try
ULPS = 4  # what a sum may move by if it is taken in another order
FORMAT = re.compile(r".*?(?:\.(?P<digits>\d+))?(?P<kind>[eEfFgG%]?)")


class Record(NamedTuple):
    """Numbers that are about to lose digits, and how they do."""

    cell: int
    expression: str
    how: str  #: "format", "round", "compare" with zero, or "figure"
    argument: Any  #: the format, the number of decimals, the name of the comparison
    values: np.ndarray


class Place(NamedTuple):
    """What was found at one place in a page's code, and the number there that has the least room."""

    cell: int
    expression: str
    how: str
    numbers: int
    drift: float
    value: float
    margin: float
    reach: float  #: the room that the number needs; 0 if it is exact

    @property
    def is_safe(self) -> bool:
        return self.reach == 0 or self.margin > self.reach


def places(reference: Sequence[Record], others: Sequence[Sequence[Record]]) -> list[Place]:
    """Compare the records of a page under a reference and under other settings.

    Raises:
      ValueError: if a run came by other places, or by other numbers of numbers.
    """
    groups = defaultdict(list)
    for same in zip(reference, *others, strict=True):
        kinds = {(*record[:4], record.values.shape) for record in same}
        if len(kinds) > 1:
            raise ValueError(f"a place in the code became another: {kinds}")
        groups[same[0][:3]].append(same)
    return [_place(*key, group) for key, group in groups.items()]


def _place(cell: int, expression: str, how: str, group: list[tuple[Record, ...]]) -> Place:
    values, *others = (np.concatenate([record.values.ravel() for record in run]).astype(float) for run in zip(*group))
    drift = _of_like_size(values, np.max([_apart(values, other) for other in others], axis=0))
    margin = np.concatenate([_margins(first) for first, *_ in group])
    reach = np.maximum(FACTOR * drift, np.concatenate([_least_reach(first) for first, *_ in group]))
    room = np.divide(margin, reach, out=np.full(values.shape, np.inf), where=reach > 0)
    i = np.argmin(room)
    return Place(cell, expression, how, len(values), *map(float, (drift[i], values[i], margin[i], reach[i])))


def _apart(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Return the differences; a number that is not finite differs infinitely from all but itself."""
    with np.errstate(invalid="ignore"):
        apart = np.nan_to_num(np.abs(first - second), nan=np.inf)
    return np.where((first == second) | (np.isnan(first) & np.isnan(second)), 0, apart)


def _of_like_size(values: np.ndarray, apart: np.ndarray) -> np.ndarray:
    """Return for each number the largest difference among those that are at most ten times its size, or 10."""
    size = np.maximum(np.nan_to_num(np.abs(values)), 1)
    order = np.argsort(size)
    largest = np.maximum.accumulate(apart[order])
    return largest[np.searchsorted(size[order], 10 * size, side="right") - 1]


def _margins(record: Record) -> np.ndarray:
    """Return for each number how far it is from the nearest edge."""
    values = record.values.ravel().astype(float)
    if record.how == "compare":
        return np.abs(values)
    if record.how == "figure":  # rounded to six decimals by Matplotlib, then to two
        written = np.round(values, 6)
        to_edge = _to_edge(written, 0.01)
        return np.where(to_edge < 5e-7, 5e-7 - np.abs(values - written), to_edge - 5e-7)
    if record.how == "round":
        return _to_edge(values, 10.0**-record.argument)
    return _to_edge(values, np.array([_unit(value, record.argument) for value in values]))


def _to_edge(values: np.ndarray, unit: Any) -> np.ndarray:
    with np.errstate(all="ignore"):
        return np.where(np.isfinite(values), np.nan_to_num(unit * np.abs(values / unit % 1 - 0.5)), np.inf)


def _unit(value: float, spec: str) -> float:
    """Return the value of the last digit that a format shows; 0 if it shows all there are."""
    if not np.isfinite(value) or not _rounds(spec):
        return 0.0
    found = FORMAT.fullmatch(spec)
    text = format(value, f"#.{found['digits'] or 6}{found['kind'] or 'g'}")
    return 10.0 ** (Decimal(text.rstrip("%")).as_tuple().exponent - 2 * text.endswith("%"))


def _rounds(spec: str) -> bool:
    return any(FORMAT.fullmatch(spec).groups())


def _least_reach(record: Record) -> np.ndarray:
    """Return what a computed number may move although the processors at hand agree; 0 for an exact one."""
    values = record.values.ravel()
    if record.how in ("compare", "figure") or record.how == "format" and not _rounds(record.argument):
        return np.zeros(values.shape)
    with np.errstate(invalid="ignore"):
        exact = values.astype(float) * 2.0**20 % 1 == 0
        return np.where(exact | ~np.isfinite(values), 0, ULPS * np.spacing(np.abs(values)).astype(float))
