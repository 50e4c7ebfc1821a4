"""Runs in a file, whole or not at all, together with what they are runs of."""

import hashlib
import json
import re
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from nnopt_course import _arrays, _files


class Checkpoint:
    """A file that runs are written to and go on from.

    It goes on only with what it was written by: numbers and functions are told by their words, arrays by a digest.
    """

    def __init__(self, path: str | Path, arguments: Mapping[str, Any], arrays: Mapping[str, Iterable[Any]]) -> None:
        """Name the file, and what must be the same when it is read."""
        self._path = _files.path("checkpoint", path)
        if not self._path.parent.is_dir():
            raise ValueError(f"checkpoint must be a file in a folder that exists, got {path}")
        words = {name: re.sub(r" at 0x[0-9a-f]+", "", repr(value)) for name, value in arguments.items()}
        self._digests = {name: _digest(values) for name, values in arrays.items()}
        self._about = words | self._digests

    def save(self, arrays: Mapping[str, np.ndarray]) -> None:
        """Write beside the file and rename, so that the file that is there stays until the new one is whole."""
        _arrays.save(self._path, json.dumps(self._about), arrays)

    def load(self, names: Collection[str], steps: int) -> dict[str, np.ndarray] | None:
        """Return the arrays of the file, which has these ``names``, or nothing if there is no file.

        Raises:
          ValueError: if the file is damaged, of another run, or of more updates than ``steps``.
          OSError: if the file cannot be read.
        """
        if not self._path.exists():
            return None
        text, arrays = _arrays.read(self._path)
        try:
            found = dict(json.loads(text))
        except (TypeError, ValueError):
            raise ValueError(f"{self._path} must be a checkpoint of a run, got a file about {text}") from None
        for name, value in self._about.items():
            if found.get(name) != value and name in self._digests:
                raise ValueError(f"{self._path} must be of a run with the same {name}, got one with others")
            if found.get(name) != value:
                raise ValueError(f"{self._path} must be of a run with {name} {value}, got {found.get(name)}")
        if set(arrays) != set(names):
            raise ValueError(f"{self._path} must hold the arrays {', '.join(names)}, got {', '.join(arrays)}")
        done = int(arrays["steps"].max())
        if done > steps:
            raise ValueError(f"steps must be at least the {done} updates that {self._path} holds, got {steps}")
        return arrays


def _digest(values: Iterable[Any]) -> str:
    digest = hashlib.sha256()
    for value in map(np.asarray, values):
        digest.update(f"{value.dtype}{value.shape}".encode() + value.tobytes())
    return digest.hexdigest()
