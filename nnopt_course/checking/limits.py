"""A time limit for the learner's Python code: an endless loop is stopped, the notebook stays usable.

It reaches Python code only. A loop inside one TensorFlow operation runs on until that operation returns.
"""

import contextlib
import ctypes
import threading
from collections.abc import Iterator


class TimeUp(BaseException):
    """Raised in the code that ran too long; no ``Exception``, so that ``except Exception`` does not swallow it."""


@contextlib.contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise :class:`TimeUp` in the calling thread when the block runs longer than ``seconds``.

    An interrupt by the user stays a ``KeyboardInterrupt``, because the limit does not use signals.
    """
    thread = threading.get_ident()
    over, lock = threading.Event(), threading.Lock()

    def watch() -> None:
        pause = seconds
        while not over.wait(pause):
            with lock:
                if not over.is_set():
                    _raise_in(thread, TimeUp)
            pause = 0.1  # ask again: a bare `except:` in the loop may have swallowed the first

    def stop_watching() -> None:
        over.set()
        with lock:
            _raise_in(thread, None)  # one that was asked for and has not arrived must not hit the next cell

    threading.Thread(target=watch, daemon=True).start()
    try:
        yield
    finally:
        try:
            stop_watching()
        finally:
            stop_watching()  # again, because TimeUp may have arrived inside the first call


def _raise_in(thread: int, exception: type[BaseException] | None) -> None:
    """Let ``exception`` be raised in ``thread`` at its next Python instruction; ``None`` takes a pending one back."""
    wanted = None if exception is None else ctypes.py_object(exception)
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), wanted)
