"""TensorFlow, loaded in half of its time and without its start-up lines: ``from nnopt_course._tensorflow import tf``.

TensorFlow ends its import with one of Keras, which brings Matplotlib and scikit-learn along and takes as long as the
rest. If that fails TensorFlow goes on, and ``tf.keras`` loads Keras when somebody asks for it. So here it fails.

TensorFlow 2.21 writes to the process's standard error while it loads and when it first looks for a GPU, before
``TF_CPP_MIN_LOG_LEVEL`` has any effect. In a notebook those lines become cell output with a time stamp in it, which
no second run can reproduce. Set ``TF_CPP_MIN_LOG_LEVEL=0`` to see them.
"""

import contextlib
import os
import sys
from collections.abc import Iterator, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType


class _KerasLater(MetaPathFinder, Loader):
    """Finds Keras, since TensorFlow asks where it is, and refuses to load it."""

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        spec = PathFinder.find_spec(name) if name == "keras" else None
        if spec:
            spec.loader = self
        return spec

    def exec_module(self, module: ModuleType) -> None:
        raise ImportError("Keras loads when it is used")


@contextlib.contextmanager
def _without_keras() -> Iterator[None]:
    """Refuse to load Keras inside; one that is loaded stays."""
    later = _KerasLater()
    sys.meta_path.insert(0, later)
    try:
        yield
    finally:
        sys.meta_path.remove(later)


@contextlib.contextmanager
def _standard_error_discarded() -> Iterator[None]:
    """Discard what the process writes to file descriptor 2, C++ libraries included."""
    sys.stderr.flush()
    saved = os.dup(2)
    try:
        with open(os.devnull, "w") as nothing:
            os.dup2(nothing.fileno(), 2)
        yield
    finally:
        os.dup2(saved, 2)
        os.close(saved)


_loud = os.environ.get("TF_CPP_MIN_LOG_LEVEL") == "0"
with contextlib.nullcontext() if _loud else _standard_error_discarded(), _without_keras():
    import tensorflow as tf

    tf.config.list_physical_devices()  # looks for a GPU now, while nobody listens

TensorLike = tf.types.experimental.TensorLike  # a tensor, a NumPy array, a number, or nested lists of numbers

__all__ = ["TensorLike", "tf"]
