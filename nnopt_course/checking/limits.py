"""Limits for the learner's code while it is checked: time, memory, printing. The notebook stays usable.

The time limit reaches Python code and loops of a ``tf.function``. It does not reach a loop inside one other operation
(compiled by XLA, or in a ``tf.data`` pipeline); there only the kernel's Restart helps, and in a grader the end of the
process.
"""

import contextlib
import ctypes
import sys
import threading
from collections.abc import Iterator
from typing import Any, TextIO

try:  # not in TensorFlow's public interface, which has no way to stop a function that runs
    from tensorflow.python.eager.cancellation import CancellationManager, CancellationManagerContext
except ImportError:  # another version: then the limit reaches Python code only
    CancellationManager = CancellationManagerContext = None

MEMORY = 4 * 2**30  # bytes; far above what an exercise needs, so that no right answer meets it
PRINTED = 10_000  # characters


class TimeUp(BaseException):
    """Raised in the code that ran too long; no ``Exception``, so that ``except Exception`` does not swallow it."""


class TooMuchPrinted(BaseException):
    """Raised in the code that printed too much; no ``Exception``, as :class:`TimeUp`."""


@contextlib.contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise :class:`TimeUp` when the block runs longer than ``seconds``, in the block or at its end.

    An interrupt by the user stays a ``KeyboardInterrupt``, because the limit does not use signals. Enter this limit
    last: the exception comes at any instruction inside, and so never while another limit is being taken back.
    """
    thread = threading.get_ident()
    expired, over, lock = threading.Event(), threading.Event(), threading.Lock()
    manager = CancellationManager() if CancellationManager else None

    def watch() -> None:
        if over.wait(min(seconds, threading.TIMEOUT_MAX)):
            return
        expired.set()
        if manager:
            manager.start_cancel()  # a function that runs returns with an error, and so do all that are called later
        while not over.wait(0.1):  # again and again: a bare `except:` in a loop may swallow the first
            with lock:
                if not over.is_set():
                    _raise_in(thread, TimeUp)

    def stop_watching() -> None:
        over.set()
        with lock:
            _raise_in(thread, None)  # one that was asked for and has not arrived must not hit the next cell

    threading.Thread(target=watch, daemon=True).start()
    try:
        with CancellationManagerContext(manager) if manager else contextlib.nullcontext():
            yield
    except Exception:
        if not expired.is_set():
            raise
    finally:
        try:
            stop_watching()
        finally:
            stop_watching()  # again, because TimeUp may have arrived inside the first call
    if expired.is_set():
        raise TimeUp


def _raise_in(thread: int, exception: type[BaseException] | None) -> None:
    """Let ``exception`` be raised in ``thread`` at its next Python instruction; ``None`` takes a pending one back."""
    wanted = None if exception is None else ctypes.py_object(exception)
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), wanted)


@contextlib.contextmanager
def memory_limit(more: int = MEMORY) -> Iterator[None]:
    """Let an allocation fail that takes the process ``more`` bytes above what it has now.

    NumPy then raises ``MemoryError`` and TensorFlow ``ResourceExhaustedError``, where the system would kill the kernel.
    Works on Linux only; elsewhere there is no limit.
    """
    if sys.platform != "linux":
        yield
        return
    import resource

    old = resource.getrlimit(resource.RLIMIT_DATA)
    with open("/proc/self/status") as status:
        now = next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmData:"))
    bounds = [bound for bound in (now + more, *old) if bound != resource.RLIM_INFINITY]
    resource.setrlimit(resource.RLIMIT_DATA, (min(bounds), old[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, old)


@contextlib.contextmanager
def print_limit(characters: int = PRINTED) -> Iterator[None]:
    """Raise :class:`TooMuchPrinted` in code that prints more than ``characters``; up to there, let all through."""
    out, err = (_Counted(stream, characters) for stream in (sys.stdout, sys.stderr))
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        yield


class _Counted:
    """A text stream that lets a number of characters through."""

    def __init__(self, stream: TextIO, left: int) -> None:
        self._stream, self._left = stream, left

    def write(self, text: str) -> int:
        self._left -= len(text)
        if self._left < 0:
            raise TooMuchPrinted
        return self._stream.write(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)
