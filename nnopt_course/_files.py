"""Files that are there whole or not at all: written beside and renamed."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO


def path(name: str, value: Any) -> Path:
    """Return ``value`` as a path if it is one, or a string, and can be the name of a file."""
    if not isinstance(value, str | Path):
        raise TypeError(f"{name} must be a string or a Path, got {value!r}")
    if "\0" in str(value) or not Path(value).name:
        raise ValueError(f"{name} must name a file, got {value!r}")
    return Path(value)


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """Open a file beside ``path``; it takes that place when the block ends, and is gone if the block fails.

    So a reader sees the old file or the new one, never half of one, also when the process is killed. What a killed
    process leaves beside is written over by the next one.
    """
    part = path.with_name(f"{path.name}.part")
    try:
        with part.open("wb") as file:
            yield file
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
