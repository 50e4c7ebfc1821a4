"""TensorFlow, loaded without its start-up lines: ``from nnopt_course._tensorflow import tf``.

TensorFlow 2.21 writes to the process's standard error while it loads and when it first looks for a GPU, before
``TF_CPP_MIN_LOG_LEVEL`` has any effect. In a notebook those lines become cell output with a time stamp in it, which
no second run can reproduce. Set ``TF_CPP_MIN_LOG_LEVEL=0`` to see them.
"""

import contextlib
import os
import sys
from collections.abc import Iterator


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


with contextlib.nullcontext() if os.environ.get("TF_CPP_MIN_LOG_LEVEL") == "0" else _standard_error_discarded():
    import tensorflow as tf

    tf.config.list_physical_devices()  # looks for a GPU now, while nobody listens

TensorLike = tf.types.experimental.TensorLike  # a tensor, a NumPy array, a number, or nested lists of numbers

__all__ = ["TensorLike", "tf"]
