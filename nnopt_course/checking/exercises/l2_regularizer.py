"""Exercise "The missing half": a penalty of today that has the strength of TensorFlow 1's ``l2_regularizer``."""

from collections.abc import Callable, Iterator
from typing import Any

import keras
import numpy as np

from nnopt_course._tensorflow import tf
from nnopt_course.checking.core import Exercise, Mistake, Probe
from nnopt_course.checking.observing import Answer, Look, Unusable

TWICE = "Compare with the cell above: scale times tf.nn.l2_loss is the number to match."
_NO_GRADIENT = Unusable(
    "the gradient of the penalty is None, so it pulls on no weight.\n"
    "NumPy, float(...) or .numpy() inside the penalty loses it: use tf operations, or a regularizer of Keras."
)


def weights(*rows: list[float]) -> tf.Tensor:
    """Return a float64 tensor with the given rows."""
    return tf.constant(rows, tf.float64)


def penalty(scale: float, weight: tf.Tensor) -> Look:
    """Look at the penalty of one weight."""
    return lambda answer: _penalty(answer, scale, weight)


def pull(scale: float, weight: tf.Tensor) -> Look:
    """Look at the gradient of the penalty."""

    def look(answer: Answer) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(weight)
            value = _penalty(answer, scale, weight)
        if isinstance(value, Unusable):
            return value
        slope = answer.run(tape.gradient, value, weight) if tf.is_tensor(value) else None
        return _NO_GRADIENT if slope is None else slope

    return look


def _penalty(answer: Answer, scale: float, weight: tf.Tensor) -> Any:
    regularizer = answer(scale)
    if callable(regularizer):
        return answer.run(regularizer, weight)
    if regularizer is None:
        return None
    kind = "number" if np.ndim(regularizer) == 0 and not isinstance(regularizer, str) else type(regularizer).__name__
    return Unusable(f"your function returned a {kind}. Return a regularizer: something to call with a weight.")


# No scale is 1, 1/2 or 2; weights of one, two, three and four elements, with a sum that is not 0.
SCALES = (
    penalty(0.3, weights([3.0, -4.0])),
    penalty(1.6, weights([0.5], [2.0], [-1.5])),
    penalty(0.07, weights([5.0])),
    penalty(3.5, weights([1.0, -2.0], [4.0, 0.25])),
)


def probes(rng: np.random.Generator) -> Iterator[Probe]:
    """Yield the weights of the chapter first, then other shapes and scales, the gradient, and scale 0."""
    yield Probe("weights 3 and -4 at scale 0.01", penalty(0.01, weights([3.0, -4.0])), 0.125, TWICE)
    yield Probe("weights 3 and -4 at scale 0.3", penalty(0.3, weights([3.0, -4.0])), 3.75, TWICE)
    yield Probe("one weight of 5 at scale 0.07", penalty(0.07, weights([5.0])), 0.875, TWICE)
    numbers, scale = rng.integers(1, 13, size=(3, 2)) / 4 * [1, -1], int(rng.integers(3, 9)) / 20
    squares = sum(float(number) * float(number) for number in numbers.ravel())
    random = weights(*numbers.tolist())
    yield Probe(f"six random weights at scale {scale:g}", penalty(scale, random), squares * scale / 2, TWICE)
    why = "A weight of 1 at scale 1 is pulled by 1 in TensorFlow 1."
    yield Probe(f"the gradient for six random weights at scale {scale:g}", pull(scale, random), scale * numbers, why)
    yield Probe("weights 3 and -4 at scale 0", penalty(0.0, weights([3.0, -4.0])), 0.0)


def _returning(value: Callable[[float, tf.Tensor], Any]) -> Callable:
    return lambda scale: lambda weight: value(scale, weight)


def _squares(weight: tf.Tensor) -> tf.Tensor:
    return tf.reduce_sum(tf.square(weight))


EXERCISE = Exercise(
    function="l2_regularizer",
    probes=probes,
    mistakes=(
        Mistake(
            "half_forgotten",
            "You carry the number over as it is, and the penalty doubles: TensorFlow 1 has a half in its formula.",
            lambda scale: keras.regularizers.L2(scale),
            SCALES,
        ),
        Mistake(
            "doubled_not_halved",
            "You double where you should halve, so the penalty is four times that of TensorFlow 1.",
            lambda scale: keras.regularizers.L2(2 * scale),
            SCALES,
        ),
        Mistake(
            "halved_twice",
            "You halve twice: tf.nn.l2_loss has a half of its own, and a half inside the square is a quarter outside.",
            lambda scale: keras.regularizers.L2(scale / 4),
            SCALES,
        ),
        Mistake(
            "norm_not_square",
            "You take the length of the weights, with a root. The penalty is the sum of the squares itself, halved.",
            _returning(lambda scale, w: scale / 2 * tf.sqrt(_squares(w))),
            SCALES,
        ),
        Mistake(
            "norm_without_half",
            "You multiply the length of the weights by the scale. Leave out the root, and think of the half.",
            _returning(lambda scale, w: scale * tf.norm(w)),
            SCALES,
        ),
        Mistake(
            "mean_not_sum",
            "You average the squares. TensorFlow 1 adds them, so that a large layer pays for each of its weights.",
            _returning(lambda scale, w: scale / 2 * tf.reduce_mean(tf.square(w))),
            SCALES,
        ),
        Mistake(
            "mean_without_half",
            "You multiply the mean of the squares by the scale. TensorFlow 1 adds the squares and halves the sum.",
            _returning(lambda scale, w: scale * tf.reduce_mean(tf.square(w))),
            SCALES,
        ),
        Mistake(
            "scale_squared",
            "Your penalty has the scale squared: it comes in twice, or stands inside the square. Once is enough.",
            _returning(lambda scale, w: scale**2 * _squares(w) / 2),
            SCALES,
        ),
        Mistake(
            "scale_squared_without_half",
            "Your penalty has the scale squared, and no half. Multiply by it once, and halve.",
            _returning(lambda scale, w: scale**2 * _squares(w)),
            SCALES,
        ),
        Mistake(
            "scale_of_the_chapter",
            "Your penalty has strength 0.01, the number of the chapter. Use the argument `scale`.",
            lambda scale: keras.regularizers.L2(0.005),
            SCALES,
        ),
        Mistake(
            "scale_forgotten",
            "You return half the sum of the squares, whatever the scale is. Multiply by `scale`.",
            lambda scale: tf.nn.l2_loss,
            SCALES,
        ),
        Mistake(
            "absolute_values",
            "You add absolute values: that is L1. Square the weights.",
            lambda scale: keras.regularizers.L1(scale),
            SCALES,
        ),
        Mistake(
            "half_of_absolute_values",
            "You halve the sum of the absolute values. The half is right; square the weights in place of abs.",
            lambda scale: keras.regularizers.L1(scale / 2),
            SCALES,
        ),
        Mistake(
            "sum_before_square",
            "You add the weights first and square the sum, so weights of opposite sign cancel. Square each of them.",
            _returning(lambda scale, w: scale / 2 * tf.square(tf.reduce_sum(w))),
            SCALES,
        ),
        Mistake(
            "not_summed",
            "Your penalty has one number for each weight. Add them into a single one with tf.reduce_sum.",
            _returning(lambda scale, w: scale / 2 * tf.square(w)),
            SCALES,
        ),
    ),
)
