"""How far the numbers of a page move from processor to processor, and how far they are from printing something else.

``tests/drift_recorder.py`` records the numbers of a page before they are rounded; here the records of several
processors are compared. The drift of a number is the largest difference that was found in its record, the margin is how
far it may move before it is rounded otherwise.
"""

import ast
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

ROOT = Path(__file__).parents[1]
FACTOR = 10  # how much more a number may drift on processors that we cannot try
DECIMALS = re.compile(r"(?<![\w.])\d+(?:\.\d+(?:e[+-]?\d+)?|e[+-]?\d+)(?!\.?\w)")


class Record(NamedTuple):
    """Numbers that are about to lose digits, and how they do."""

    cell: int
    expression: str
    how: str  #: "format", "round", "compare" with zero, or "figure"
    argument: Any  #: the format, the number of decimals, the name of the comparison
    values: np.ndarray


class Place(NamedTuple):
    """The number of a record that has the least room."""

    cell: int
    expression: str
    how: str
    argument: Any
    value: float
    drift: float
    margin: float
    needed: float  #: what the margin has to exceed; 0 if the number is exact

    @property
    def is_safe(self) -> bool:
        return self.margin > self.needed or self.needed == 0

    def __str__(self) -> str:
        return (
            f"cell {self.cell}, {self.expression}: {self.value!r} drifts by {self.drift:.1e}, and at {self.margin:.1e} "
            f"from here {self.how} {self.argument} gives something else. It needs {self.needed:.1e}"
        )


def run(notebook: Path, setting: dict[str, str], out: Path) -> tuple[list[Record], set[tuple[int, str]]]:
    """Run a notebook under a setting of the processor; return its records, and (cell, text) of what was formatted."""
    command = [sys.executable, Path(__file__).with_name("drift_recorder.py"), notebook, out]
    done = subprocess.run(
        command, env=os.environ | {"PYTHONPATH": str(ROOT)} | setting, capture_output=True, encoding="utf-8"
    )
    if done.returncode:
        raise RuntimeError(f"{notebook.name} does not run: {done.stderr[-2000:]}")
    records, texts = pickle.loads(out.read_bytes())
    out.unlink()
    return [Record(*each) for each in records], texts


def places(reference: Sequence[Record], other: Sequence[Record]) -> Iterator[Place]:
    """Compare the records of a page under two settings.

    Raises:
      ValueError: if the two runs came by different places in the code, or by different numbers of numbers.
    """
    for first, second in zip(reference, other, strict=True):
        if first[:4] != second[:4] or first.values.shape != second.values.shape:
            raise ValueError(f"{first[:4]}, {first.values.shape}, became {second[:4]}, {second.values.shape}")
        yield _place(first, second.values.ravel().astype(float))


def unseen(notebook: Path, texts: set[tuple[int, str]]) -> tuple[list[str], int]:
    """Return the numbers with decimals in the stored outputs that were not formatted in view, and how many there are.

    A number is in view if a text that was formatted up to this cell holds it, or a string in the page's code.
    """
    missing, count, known = [], 0, set()
    for number, cell in enumerate(nbformat.read(notebook, as_version=4).cells):
        if cell.cell_type == "code":
            strings = [str(node.value) for node in ast.walk(ast.parse(cell.source)) if isinstance(node, ast.Constant)]
            now = [text for place, text in texts if place == number]
            known.update(each for text in strings + now for each in DECIMALS.findall(text))
            for output in cell.outputs:
                data = output.get("data", {})
                shown = [output.get("text", ""), data.get("text/plain", ""), *_notes(data.get("text/html", ""))]
                found = [each for text in shown for each in DECIMALS.findall(text)]
                count += len(found)
                missing += [f"cell {number}: {each}" for each in found if each not in known]
    return missing, count


def _notes(html: str) -> list[str]:
    return re.findall(r"notes = (.*);", html)


def _place(first: Record, other: np.ndarray) -> Place:
    values = first.values.ravel().astype(float)
    apart = _apart(values, other)
    drift = _among_like_sizes(values, apart)
    margin, least = margins(first.how, first.argument, first.values.ravel())
    needed = np.maximum(FACTOR * drift, least)
    if first.how == "compare":  # what is zero in both is exact, even among numbers that drift
        needed[(values == 0) & (apart == 0)] = 0
    room = np.divide(margin, needed, out=np.full(values.shape, np.inf), where=needed > 0)
    i = np.argmin(room)
    return Place(*first[:4], *(float(each[i]) for each in (values, drift, margin, needed)))


def _apart(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Return the differences; a number that is not finite differs infinitely from all but itself."""
    with np.errstate(all="ignore"):
        apart = np.nan_to_num(np.abs(first - second), nan=np.inf, posinf=np.inf)
    return np.where((first == second) | (np.isnan(first) & np.isnan(second)), 0, apart)


def _among_like_sizes(values: np.ndarray, apart: np.ndarray) -> np.ndarray:
    """Return for each number the largest difference among those up to ten times its size, or up to 10.

    A single number may agree by chance. A run that diverges has huge differences, which say nothing of the others.
    """
    size = np.clip(np.nan_to_num(np.abs(values)), 1, 1e300)
    order = np.argsort(size)
    largest = np.maximum.accumulate(apart[order])
    return largest[np.searchsorted(size[order], 10 * size, side="right") - 1]
