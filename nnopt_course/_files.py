"""Files that are there whole or not at all: written beside and renamed."""

import contextlib
import glob
import os
import secrets
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

    So a reader sees the old file or the new one, never half of one, also when the process is killed. After a loss of
    power too: the new file is on the disk before it takes the name; which of the two has the name then is open.
    Each writer has a file of its own beside, so that two of them mix nothing. The one that is ready first removes
    the others' files: those of processes that were killed, and of one that is still writing, which gets an error.

    Raises:
      OSError: names ``path``, whatever could not be done.
    """
    part = path.with_name(f"{path.name}.part-{secrets.token_hex(4)}")
    try:
        with part.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
        for other in path.parent.glob(f"{glob.escape(path.name)}.part-*"):
            other.unlink(missing_ok=True)
    except OSError as error:  # a full disk does not say which file, others name the one beside
        if error.errno is None:
            raise
        raise OSError(error.errno, error.strerror, str(path)) from error
    finally:
        with contextlib.suppress(OSError):  # not there any more, or a disk that refuses this too
            part.unlink()
