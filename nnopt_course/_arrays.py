"""Arrays in a file, whole or not at all, and checked to the last byte when read."""

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from nnopt_course import _files


def save(path: str | Path, about: str, arrays: Mapping[str, np.ndarray]) -> None:
    """Write ``arrays`` and the line ``about`` as an ``npz`` file; a file that is there stays if anything fails."""
    path = _files.path("path", path)
    for name, array in arrays.items():
        if array.dtype.kind not in "biuf":  # NumPy would write bfloat16 as raw bytes and could not read it back
            raise TypeError(f"{name} must have a dtype of NumPy's own to be saved, got {array.dtype}")
    named: dict[str, Any] = {"about": np.array(about), **arrays}  # no allow_pickle: NumPy before 2.2 would store it
    with _files.replacing(path) as file:
        np.savez(file, **named)


def read(path: str | Path) -> tuple[str, dict[str, np.ndarray]]:
    """Return the line and the arrays of a file that :func:`save` wrote.

    Raises:
      TypeError: if ``path`` is no path.
      ValueError: if the file is damaged or was not saved here; the message names it.
      OSError: if the file cannot be read.
    """
    content = _files.path("path", path).read_bytes()
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as file:  # compares the archive's checksums
            arrays = {name: file[name] for name in file.files}
        return str(arrays.pop("about")), arrays
    except Exception as error:  # what a damaged archive raises depends on which byte is damaged
        raise ValueError(f"{path} must be a file that was saved here, and whole: {error}") from error


def load(path: str | Path, about: str, like: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Return the arrays of a file that :func:`save` wrote with this line and the names, shapes and dtypes of ``like``.

    Raises:
      TypeError: if ``path`` is no path.
      ValueError: if the file is damaged, or holds anything else; the message names the file and what differs.
      OSError: if the file cannot be read.
    """
    found, arrays = read(path)
    if found != about:
        raise ValueError(f"{path} must be about {about}, got {found}")
    if _kinds(arrays) != _kinds(like):
        raise ValueError(f"{path} must hold {_kinds(like)}, got {_kinds(arrays)}")
    return {name: arrays[name] for name in like}


def _kinds(arrays: Mapping[str, np.ndarray]) -> dict[str, str]:
    return {name: f"{array.dtype} {array.shape}" for name, array in arrays.items()}
