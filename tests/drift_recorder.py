"""Run a notebook and record, before any rounding, the numbers that its outputs are made of.

``python tests/drift_recorder.py NOTEBOOK OUT`` runs the cells in this process. Their code and that of the package are
rewritten (``drift_rewriter.py``), so that floats that are formatted, printed, rounded or compared pass through here.
``tests/drift.py`` compares what several processors recorded.
"""

import builtins
import operator
import os
import pickle
import re
import string
import sys
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
from drift_rewriter import RECORDER, Finder, Rewriter
from IPython.core.interactiveshell import InteractiveShell
from matplotlib.backends import backend_svg
from traitlets.config import Config


class Recorder:
    """What the rewritten code calls. Its answers are those of the original code.

    Attributes:
      cell: the number of the cell that runs.
      records: (cell, text of the code, how, argument, values) for each time that floats were about to lose digits;
        ``drift.Record`` explains them.
      texts: (cell, text) of each number that was formatted.
    """

    def __init__(self) -> None:
        self.cell, self.records, self.texts = 0, [], set()

    def record(self, code: str, how: str, argument: Any, value: Any) -> bool:
        """Record floats; say whether the value is a number at all."""
        array = as_numbers(value)
        if array is not None and array.dtype.kind == "f" and array.size:
            self.records.append((self.cell, code, how, argument, array))
        return array is not None

    def formatted(self, code: str, value: Any, spec: str = "", conversion: str = "") -> str:
        """Return the field of an f-string."""
        text = format({"": lambda it: it, "s": str, "r": repr, "a": ascii}[conversion](value), spec)
        if self.record(code, "format", "" if conversion else spec, value):
            self.texts.add((self.cell, text))
        return text

    def compared(self, code: str, first: Any, comparison: str, second: Any) -> Any:
        a, b = as_numbers(first), as_numbers(second)
        if a is not None and b is not None and "f" in (a.dtype.kind, b.dtype.kind):
            with np.errstate(all="ignore"):
                self.record(code, "compare", comparison, np.subtract(a, b, dtype=np.float64))
        return getattr(operator, comparison)(first, second)

    def function(self, code: str, own: Any) -> Any:
        """Return what a name stands for; if that is ``print`` or ``round``, one that records what it is called with."""
        if own is builtins.print:
            return lambda *values, **options: print(*(self.formatted(code, each) for each in values), **options)
        if own is builtins.round:
            return self._recording(code, "round", own)
        return own

    def attribute(self, code: str, owner: Any, name: str) -> Any:
        """Return ``owner.name``; if it formats, rounds or chooses, one that records what it is called with."""
        own = getattr(owner, name)
        if name == "format" and isinstance(owner, str):
            return _Template(self, code, owner).fill
        if name == "format" or (owner is not np and as_numbers(owner) is None):
            return own
        return self._recording(code, name, own, () if owner is np else (owner,))

    def _recording(self, code: str, name: str, own: Any, owner: tuple = ()) -> Any:
        def call(*arguments, **options):
            value, *rest = *owner, *arguments
            if name == "round":
                self.record(code, "round", [*rest, *options.values(), 0][0], value)
            else:
                self.record(code, "compare", "gt", _lead(value, name, options.get("axis")))
            return own(*arguments, **options)

        return call


class _Template(string.Formatter):
    """A text with fields in braces."""

    def __init__(self, recorder: Recorder, code: str, text: str) -> None:
        self.recorder, self.code, self.text = recorder, code, text

    def fill(self, *values: Any, **named: Any) -> str:
        return self.format(self.text, *values, **named)

    def format_field(self, value: Any, spec: str) -> str:
        return self.recorder.formatted(self.code, value, spec)


def as_numbers(value: Any) -> np.ndarray | None:
    """Return a copy of the number or numbers that ``value`` is; None if it is something else or belongs to a graph."""
    if isinstance(value, float | int) or hasattr(value, "dtype") or type(value) in (list, tuple):
        try:
            array = np.asarray(value.numpy() if hasattr(value, "numpy") else value).copy()
        except (TypeError, ValueError, NotImplementedError, AttributeError):
            return None
        return array if array.dtype.kind in "biuf" else None
    return None


def _lead(value: Any, name: str, axis: int | None) -> np.ndarray | None:
    """Return by how much the smallest or largest number is ahead of the next, which decides argmin and argmax."""
    array = as_numbers(value)
    if array is None or array.dtype.kind != "f":
        return None
    array, axis = (array.ravel(), 0) if axis is None else (array, axis)
    if array.shape[axis] < 2:
        return None
    return np.diff(np.partition(array if name == "argmin" else -array, 1, axis).take([0, 1], axis), axis=axis)


def watch_figures(recorder: Recorder) -> None:
    """Record the coordinates of figures, which Matplotlib itself writes with six decimals only."""
    in_short, path_in_short = backend_svg._short_float_fmt, backend_svg._path.convert_to_string

    def number(x):
        recorder.record("a figure", "figure", None, float(x))
        return in_short(x)

    def path(*arguments):
        *front, _six, codes, postfix = arguments
        fine = re.findall(rb"-?[0-9.]+", path_in_short(*front, 12, codes, postfix))
        recorder.record("a figure", "figure", None, np.array(fine, dtype=float))
        return path_in_short(*arguments)

    class Path:
        convert_to_string = staticmethod(path)

    backend_svg._short_float_fmt, backend_svg._path = number, Path


def main(notebook: Path, out: Path) -> None:
    """Run the notebook's cells and write (records, texts) to ``out``."""
    recorder = Recorder()
    setattr(builtins, RECORDER, recorder)
    sys.meta_path.insert(0, Finder)
    watch_figures(recorder)
    cells = nbformat.read(notebook, as_version=4).cells
    out = out.absolute()
    os.chdir(notebook.parent)
    shell = InteractiveShell.instance(config=Config({"HistoryManager": {"enabled": False}}))
    shell.ast_transformers.append(Rewriter())
    for recorder.cell, cell in enumerate(cells):
        if cell.cell_type == "code":
            shell.run_cell(cell.source).raise_error()
    out.write_bytes(pickle.dumps((recorder.records, recorder.texts)))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
