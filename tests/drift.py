"""How far the numbers of a page move from processor to processor, and how far they are from printing something else.

``tests/drift_recorder.py`` records the numbers of a page before they are rounded; here the records under two settings
of the processor are compared. The drift of a number is the largest difference among the numbers of its size in the same
record, because a single one may agree by chance. Its margin is how far it may move before it is rounded otherwise.
"""

import ast
import math
import os
import pickle
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import nbformat
import numpy as np
from drift_margins import margins

from nnopt_course.template.settings import Settings

ROOT = Path(__file__).parents[1]
FACTOR = 10  # how much more a number may drift on processors that we cannot try
DECIMALS = re.compile(r"(?<![\w.])\d+(?:\.\d+(?:e[+-]?\d+)?|e[+-]?\d+)(?!\.?\w)")


class Record(NamedTuple):
    """Numbers that were about to lose digits at one place of the code, and how they were."""

    cell: int
    code: str
    how: str  #: "format", "round", "compare" (differences, with zero), or "figure" (coordinates)
    argument: Any  #: the format, the number of decimals, or the name of the comparison
    values: np.ndarray


class WorstCase(NamedTuple):
    """The number of a record that has the least room."""

    cell: int
    code: str
    how: str
    argument: Any
    value: float
    drift: float
    margin: float
    needed: float  #: what the margin has to exceed; 0 if the number is exact

    @property
    def room(self) -> float:
        """How many times the margin is what it has to exceed; a number is safe with more than 1."""
        return self.margin / self.needed if self.needed else math.inf

    def __str__(self) -> str:
        return (
            f"cell {self.cell}, {self.code}: {self.value!r} drifts by {self.drift:.1e}; {self.how} {self.argument} "
            f"gives something else {self.margin:.1e} from it, which has to be more than {self.needed:.1e}"
        )


def run(notebook: Path, setting: dict[str, str], out: Path) -> tuple[list[Record], set[tuple[int, str]]]:
    """Run a notebook under a setting of the processor; return its records, and (cell, text) of what was formatted."""
    done = subprocess.run(
        [sys.executable, Path(__file__).with_name("drift_recorder.py"), notebook, out],
        env=os.environ | {"PYTHONPATH": str(ROOT)} | setting,
        capture_output=True,
        encoding="utf-8",
    )
    if done.returncode:
        raise RuntimeError(f"{notebook.name} does not run: {done.stderr[-2000:]}")
    records, texts = pickle.loads(out.read_bytes())
    return [Record(*each) for each in records], texts


def worst_cases(reference: Sequence[Record], other: Sequence[Record]) -> Iterator[WorstCase]:
    """Compare the records of a page under two settings.

    Raises:
      ValueError: if the two runs came by different places in the code, or by different numbers of numbers.
    """
    for first, second in zip(reference, other, strict=True):
        if first[:4] != second[:4] or first.values.shape != second.values.shape:
            raise ValueError(f"{first[:4]}, {first.values.shape}, became {second[:4]}, {second.values.shape}")
        yield _worst_case(first, second.values.ravel().astype(float))


def unrecorded(notebook: Path, texts: set[tuple[int, str]]) -> tuple[list[str], int]:
    """Return the numbers with decimals in the stored outputs that were never recorded, and how many there are in all.

    One was recorded if a text holds it that was formatted in its cell or before; a constant of the code cannot drift.
    """
    missing, count, known = [], 0, set(DECIMALS.findall(str(Settings())))  # which chapter 4.5 prints
    for number, cell in enumerate(nbformat.read(notebook, as_version=4).cells):
        if cell.cell_type != "code":
            continue
        constants = [str(node.value) for node in ast.walk(ast.parse(cell.source)) if isinstance(node, ast.Constant)]
        formatted = [text for place, text in texts if place == number]
        known.update(each for text in constants + formatted for each in DECIMALS.findall(text))
        for output in cell.outputs:
            data = output.get("data", {})
            notes = re.findall(r"notes = (.*);", data.get("text/html", ""))  # of a slider
            shown = [output.get("text", ""), data.get("text/plain", ""), *notes]
            found = [each for text in shown for each in DECIMALS.findall(text)]
            count += len(found)
            missing += [f"cell {number}: {each}" for each in found if each not in known]
    return missing, count


def _worst_case(first: Record, other: np.ndarray) -> WorstCase:
    values = first.values.ravel()
    differences = _differences(values.astype(float), other)
    drift = _largest_among_like_sizes(values.astype(float), differences)
    margin, least = margins(first.how, first.argument, values)
    needed = np.maximum(FACTOR * drift, least)
    if first.how == "compare":  # what is zero in both is exact, even among numbers that drift
        needed[(values == 0) & (differences == 0)] = 0
    room = np.divide(margin, needed, out=np.full(values.shape, np.inf), where=needed > 0)
    i = np.argmin(room)
    return WorstCase(*first[:4], *(float(each[i]) for each in (values, drift, margin, needed)))


def _differences(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Return the absolute differences; a number that is not finite differs infinitely from all but itself."""
    with np.errstate(all="ignore"):
        apart = np.nan_to_num(np.abs(first - second), nan=np.inf, posinf=np.inf)
    return np.where((first == second) | (np.isnan(first) & np.isnan(second)), 0, apart)


def _largest_among_like_sizes(values: np.ndarray, differences: np.ndarray) -> np.ndarray:
    """Return for each number the largest difference among those up to ten times its size, or up to 10.

    A run that diverges has huge differences, which say nothing of the others.
    """
    size = np.clip(np.nan_to_num(np.abs(values)), 1, 1e300)
    order = np.argsort(size)
    largest = np.maximum.accumulate(differences[order])
    return largest[np.searchsorted(size[order], 10 * size, side="right") - 1]
