"""Exercise "A perfect forecast with loss 2.5": the mean squared error that refuses to broadcast."""

from collections.abc import Callable, Iterator

import numpy as np

from nnopt_course._tensorflow import tf
from nnopt_course.checking.core import Exercise, Mistake, Probe
from nnopt_course.checking.looks import column, gradient, in_graph, row, value

PAIRED = "Shapes that differ are refused, whatever the arithmetic makes of them. Compare the shapes first."
TRACED = "While tracing, only the batch size is unknown (None). The number of axes is known: compare `.shape`."
LENGTH = "While tracing, the batch size is unknown (None), so len(...) and .shape[0] are no numbers to compute with."

# Equal shapes tell the formulas apart; the other pairs tell apart what an answer does about shapes that differ.
BATCHES = (
    value(row(3.0, 1.0, 4.0, 2.0), row(1.0, 2.0, 4.5, 6.0)),
    value(column(2.0, 0.0, -1.0), column(-1.0, 0.5, 3.0)),
    value(column(5.0), column(2.0)),
)
SHAPES = (
    *BATCHES,
    value(row(1.0, 2.0, 3.0, 4.0), column(1.0, 2.0, 3.0, 5.0)),
    value(column(1.0, 2.0, 4.0), tf.constant([[1.0, 2.0, 5.0]])),
    value(column(1.0, 2.0, 4.0), column(2.0)),
    value(row(3.0), column(1.0)),
    value(column(2.0), column(1.0, 2.0, 4.0)),
)
TRAINED = (  # plain values first: an accident ends there, before TensorFlow traces it
    *BATCHES,
    in_graph(column(2.0, 0.0), column(-1.0, 0.5)),
    gradient(column(2.0, 0.0), column(-1.0, 0.5)),
    *SHAPES,
)


def probes(rng: np.random.Generator) -> Iterator[Probe]:
    """Yield values first, then shapes, the gradient and the graph."""
    yield Probe("one forecast of 3 where the truth is 5, shape (1,)", value(row(5.0), row(3.0)), 4.0)
    truth, forecast = rng.integers(-12, 13, size=(2, 5)) / 4  # quarters are exact in float32
    mean = np.mean((truth - forecast) ** 2)
    yield Probe("five random forecasts of shape (5,)", value(row(*truth), row(*forecast)), mean)
    yield Probe("five random forecasts of shape (5, 1)", value(column(*truth), column(*forecast)), mean)

    four, column4 = row(1, 2, 3, 4), column(1, 2, 3, 4)
    yield Probe("y_true of shape (4,), y_pred of shape (4, 1)", value(four, column4), ValueError, PAIRED)
    yield Probe("y_true of shape (4, 1), y_pred of shape (4,)", value(column4, four), ValueError, PAIRED)
    yield Probe("y_true of shape (4, 1), y_pred of shape (1, 4)", value(column4, four[None]), ValueError, PAIRED)
    yield Probe("y_true of shape (4, 1), y_pred of shape (1, 1)", value(column4, column(1)), ValueError, PAIRED)
    yield Probe("y_true of shape (1, 1), y_pred of shape (4, 1)", value(column(1), column4), ValueError, PAIRED)
    yield Probe("y_true of shape (1,), y_pred of shape (1, 1)", value(row(1), column(1)), ValueError, PAIRED)

    slope = 2 * (forecast - truth)[:, None] / 5
    yield Probe("the gradient for five forecasts", gradient(column(*truth), column(*forecast)), slope)
    compiled = in_graph(column(*truth), column(*forecast))
    yield Probe("inside tf.function, two shapes (None, 1)", compiled, mean, LENGTH)
    yield Probe("inside tf.function, shapes (None,) and (None, 1)", in_graph(four, column4), ValueError, TRACED)


def _refusing_unless(agree: Callable, error: type[Exception] = ValueError) -> Callable:
    def answer(y_true: tf.Tensor, y_pred: tf.Tensor) -> tf.Tensor:
        if not agree(y_true, y_pred):
            raise error("the shapes differ")
        return tf.reduce_mean(tf.square(y_true - y_pred))

    return answer


def _divided_by_len(y_true: tf.Tensor, y_pred: tf.Tensor) -> tf.Tensor:
    if y_true.shape != y_pred.shape:
        raise ValueError("the shapes differ")
    return tf.reduce_sum(tf.square(y_true - y_pred)) / len(y_true)


EXERCISE = Exercise(
    function="mean_squared_error",
    probes=probes,
    mistakes=(
        Mistake(
            "sum_not_mean",
            "You return the sum of the squares. Divide by the batch, or the step grows with the batch size.",
            lambda y, p: tf.reduce_sum(tf.square(y - p)),
            BATCHES,
        ),
        Mistake(
            "half_the_mean",
            "You return half of the mean. Some books put 1/2 there for a simpler gradient; here it is the mean itself.",
            lambda y, p: tf.reduce_mean(tf.square(y - p)) / 2,
            BATCHES,
        ),
        Mistake(
            "root_of_the_mean",
            "You return the root of the mean square. It has the unit of y, but it is another loss: leave out the root.",
            lambda y, p: tf.sqrt(tf.reduce_mean(tf.square(y - p))),
            BATCHES,
        ),
        Mistake(
            "absolute_not_squared",
            "You return the mean of the absolute errors. Square the errors instead.",
            lambda y, p: tf.reduce_mean(tf.abs(y - p)),
            BATCHES,
        ),
        Mistake(
            "mean_before_square",
            "You average the errors first and then square, so errors of opposite sign cancel. Square each error first.",
            lambda y, p: tf.square(tf.reduce_mean(y - p)),
            BATCHES,
        ),
        Mistake(
            "not_reduced",
            "You return one square per element. Average them into a single number with tf.reduce_mean.",
            lambda y, p: tf.square(y - p),
            BATCHES,
        ),
        Mistake(
            "last_axis_only",
            "You average over the last axis only, as Keras losses do: a column stays a column. Average over all of it.",
            lambda y, p: tf.reduce_mean(tf.square(y - p), axis=-1),
            BATCHES,
        ),
        Mistake(
            "no_shape_check",
            "You compute with any two shapes, so TensorFlow broadcasts them. Compare the shapes first.",
            lambda y, p: tf.reduce_mean(tf.square(y - p)),
            SHAPES,
        ),
        Mistake(
            "length_check_only",
            "You compare the first axis only: (4,) and (4, 1) are both 4 long. Compare the whole shapes.",
            _refusing_unless(lambda y, p: len(y) == len(p)),
            SHAPES,
        ),
        Mistake(
            "rank_check_only",
            "You compare the number of axes only: (3, 1) and (1, 3) both have two. Compare the whole shapes.",
            _refusing_unless(lambda y, p: y.ndim == p.ndim),
            SHAPES,
        ),
        Mistake(
            "size_check_only",
            "You compare the number of elements only: (4,) and (4, 1) both have 4. Compare the whole shapes.",
            _refusing_unless(lambda y, p: tf.size(y) == tf.size(p)),
            SHAPES,
        ),
        Mistake(
            "assertion_not_value_error",
            "You refuse with an AssertionError. `assert` disappears under `python -O`: raise ValueError.",
            _refusing_unless(lambda y, p: y.shape == p.shape, AssertionError),
            SHAPES,
        ),
        Mistake(
            "reshaped_not_refused",
            "You reshape one to the other. That guesses what the caller meant: raise ValueError instead.",
            lambda y, p: tf.reduce_mean(tf.square(tf.reshape(y, p.shape) - p)),
            SHAPES,
        ),
        Mistake(
            "flattened_not_refused",
            "You bring both to one shape and go on. That guesses what the caller meant: raise ValueError instead.",
            lambda y, p: tf.reduce_mean(tf.square(tf.reshape(y, [-1]) - tf.reshape(p, [-1]))),
            SHAPES,
        ),
        Mistake(
            "lengths_compared_by_broadcasting",
            "You compare two tensors of lengths, as tf.shape gives them. That comparison broadcasts too: [1] has no "
            "entry that differs from [1, 1]. Compare the two `.shape`.",
            _refusing_unless(lambda y, p: not tf.reduce_any(tf.shape(y) != tf.shape(p))),
            SHAPES,
        ),
        Mistake(
            "shape_of_the_difference",
            "You look at the shape of the difference. When one side alone was stretched, it is the shape of the other "
            "side. Compare the two shapes before you subtract.",
            _refusing_unless(lambda y, p: (y - p).shape == p.shape),
            SHAPES,
        ),
        Mistake(
            "divided_by_len",
            "You divide by len(...), which is right in the notebook. Inside tf.function it is an integer tensor, and "
            "TensorFlow does not mix it with floats. Let tf.reduce_mean count.",
            _divided_by_len,
            TRAINED,
        ),
    ),
)
