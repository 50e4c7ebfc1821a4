"""The ways in which probes look at a loss function: its value, its gradient, its value inside ``tf.function``.

And :func:`single`, for looks that go on working with the number that an answer returned.
"""

from typing import Any

from nnopt_course._tensorflow import tf
from nnopt_course.checking.observing import Answer, Look, Unusable, float64

_NO_GRADIENT = Unusable(
    "the gradient is None, so nothing can be trained with this loss.\n"
    "NumPy, float(...) or .numpy() inside the function loses it: use the tf operations."
)


def column(*numbers: float) -> tf.Tensor:
    """Return a float32 tensor of shape ``(batch, 1)``."""
    return tf.reshape(tf.constant(numbers, tf.float32), (-1, 1))


def row(*numbers: float) -> tf.Tensor:
    """Return a float32 tensor of shape ``(batch,)``."""
    return tf.constant(numbers, tf.float32)


def value(y_true: tf.Tensor, y_pred: tf.Tensor, *rest: float) -> Look:
    """Look at what the loss returns."""
    return lambda answer: answer(y_true, y_pred, *rest)


def gradient(y_true: tf.Tensor, y_pred: tf.Tensor, *rest: float) -> Look:
    """Look at the gradient of the loss with respect to ``y_pred``."""

    def look(answer: Answer) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(y_pred)
            loss = answer(y_true, y_pred, *rest)
        slope = answer.run(tape.gradient, loss, y_pred) if tf.is_tensor(loss) else None
        return _NO_GRADIENT if slope is None else tf.convert_to_tensor(slope)

    return look


def in_graph(y_true: tf.Tensor, y_pred: tf.Tensor, *rest: float) -> Look:
    """Look at what the loss returns inside ``tf.function`` when the batch size is not known while it is traced."""

    def look(answer: Answer) -> Any:
        def traced(y_true: tf.Tensor, y_pred: tf.Tensor) -> tf.Tensor:
            return answer.function(y_true, y_pred, *rest)

        def compiled(*pair: tf.Tensor) -> tf.Tensor:
            unknown = [tf.TensorSpec((None, *tensor.shape[1:]), tensor.dtype) for tensor in pair]
            return tf.function(traced).get_concrete_function(*unknown)(*pair)

        return answer.run(compiled, y_true, y_pred)

    return look


def single(value: Any, wanted: str = "") -> float | Unusable | None:
    """Return ``value`` as a float if it is a single number, and otherwise what to show in its place.

    ``wanted`` says what should have been returned. ``None`` stays ``None``, which has its own message.
    """
    if value is None:
        return None
    number = float64(value)
    if number is None or number.ndim:
        words = f"your function returned a {type(value).__name__}, which is not a single number."
        return Unusable(f"{words} {wanted}".rstrip())
    return float(number)
