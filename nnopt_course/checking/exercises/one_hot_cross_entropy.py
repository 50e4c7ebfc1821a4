"""Exercise "Port one line": the notes' sparse cross-entropy of one-hot answers, on Keras 3, for two classes or more."""

from collections.abc import Iterator

import keras
import numpy as np

from nnopt_course import losses
from nnopt_course._tensorflow import tf
from nnopt_course.checking.core import Exercise, Mistake, Probe
from nnopt_course.checking.looks import column, gradient, in_graph, value
from nnopt_course.checking.observing import Answer, Look, Unusable

ONE = "One column is no choice between classes: loss and gradient would be 0 whatever the net says."
TRACED = "While tracing, only the batch size is unknown (None). The number of columns is known: `logits.shape[1]`."
NOT_CALLED = Unusable(
    "your function returned a Keras loss, not a number.\n"
    "A loss class makes a loss, as a layer class makes a layer: call that with the answers and the logits."
)


def _answers(*classes: int, of: int) -> tf.Tensor:
    return tf.one_hot(classes, of, dtype=tf.float32)


# As many examples as classes once, so that the wrong axis runs through; one prediction that is wrong by 40.
SQUARE = _answers(2, 0, 2, of=3), tf.constant([[1.5, -0.5, 0.25], [0.5, 2.0, -1.0], [-0.75, 0.0, 3.0]])
SURE = _answers(1, 0, of=3), tf.constant([[40.0, 0.0, 2.0], [1.0, 0.5, -0.5]])
SINGLE = column(1.0, 0.0), column(0.5, -3.0)
ONE_ROW = _answers(2, of=3), tf.constant([[0.5, -1.0, 1.5]])
IDS = tf.constant([1, 0]), SURE[1]  # what a sparse loss expects
BATCHES = (value(*SURE), value(*SQUARE))
COLUMNS = (value(*SINGLE), value(*ONE_ROW), *BATCHES)


def called(y_true: tf.Tensor, logits: tf.Tensor) -> Look:
    """Look at what the loss returns; a Keras loss that nobody called is told as such."""

    def look(answer: Answer) -> object:
        loss = answer(y_true, logits)
        return NOT_CALLED if isinstance(loss, keras.losses.Loss) else loss

    return look


def _oracle(y_true: tf.Tensor, logits: tf.Tensor) -> float:
    """Return the mean loss, in NumPy's float64."""
    z = np.asarray(logits, np.float64)
    right = z[np.asarray(y_true) == 1]
    return float(np.mean(np.logaddexp.reduce(z, axis=1) - right))


def probes(rng: np.random.Generator) -> Iterator[Probe]:
    """Yield values first, then the gradient, one column and the graph."""
    uniform = _answers(1, of=4), tf.zeros((1, 4))
    yield Probe("one example, four equal logits", called(*uniform), np.log(4), "A uniform guess costs log 4.")
    yield Probe("three examples, three classes", value(*SQUARE), _oracle(*SQUARE))
    sure = "two examples, one of them wrong and sure of it (logits 40, 0 and 2, class 1 is right)"
    yield Probe(sure, value(*SURE), _oracle(*SURE), "That example costs 40 nats, and the mean is over two.")
    drawn = _answers(*rng.integers(0, 4, size=6), of=4), tf.constant(rng.integers(-12, 13, size=(6, 4)) / 4, tf.float32)
    yield Probe("six random examples, four classes", value(*drawn), _oracle(*drawn))

    z = np.exp(np.asarray(drawn[1], np.float64))
    slope = (z / z.sum(axis=1, keepdims=True) - np.asarray(drawn[0])) / 6
    yield Probe("the gradient for six random examples", gradient(*drawn), slope, "It is (softmax - answer) / 6.")
    yield Probe("two examples with one column", value(*SINGLE), ValueError, ONE)
    yield Probe("inside tf.function, two shapes (None, 4)", in_graph(*drawn), _oracle(*drawn), TRACED)
    yield Probe("inside tf.function, two shapes (None, 1)", in_graph(*SINGLE), ValueError, TRACED)


def _of_ids(y: tf.Tensor, z: tf.Tensor, axis: int = 1) -> tf.Tensor:
    return tf.nn.sparse_softmax_cross_entropy_with_logits(labels=tf.argmax(y, axis), logits=z)


def _one_row_refused(y: tf.Tensor, z: tf.Tensor) -> tf.Tensor:
    if z.shape[0] == 1:
        raise ValueError("one row")
    return tf.reduce_mean(_of_ids(y, z))


EXERCISE = Exercise(
    function="mean_cross_entropy",
    probes=probes,
    mistakes=(
        Mistake(
            "one_column_not_refused",
            "You compute with a single column, where the loss is always 0. Look at `logits.shape` first.",
            lambda y, z: tf.reduce_mean(_of_ids(y, z)),
            COLUMNS,
        ),
        Mistake(
            "from_logits_forgotten",
            "You hand logits to a Keras loss that expects probabilities, its default. Say from_logits=True.",
            lambda y, z: keras.losses.CategoricalCrossentropy()(y, z),
            BATCHES,
        ),
        Mistake(
            "sparse_from_logits_forgotten",
            "You hand logits to a sparse Keras loss, whose default is probabilities as well. Say from_logits=True.",
            lambda y, z: keras.losses.SparseCategoricalCrossentropy()(tf.argmax(y, 1), z),
            BATCHES,
        ),
        Mistake(
            "softmax_twice",
            "You apply softmax, and the loss from logits applies it again. Leave yours out.",
            lambda y, z: tf.reduce_mean(_of_ids(y, tf.nn.softmax(z))),
            BATCHES,
        ),
        Mistake(
            "probabilities_clipped",
            "You make probabilities, and Keras clips them: no example costs more than 16.118. Hand over the logits.",
            lambda y, z: keras.losses.CategoricalCrossentropy()(y, tf.nn.softmax(z) * 1.0),
            BATCHES,
        ),
        Mistake(
            "argmax_over_the_batch",
            "Your tf.argmax runs down the batch, its default axis, and not along the classes of each example.",
            lambda y, z: tf.reduce_mean(_of_ids(y, z, axis=0)),
            BATCHES,
        ),
        Mistake(
            "labels_from_the_logits",
            "You take the class ids from the logits: every prediction is then compared with itself. Take the answers'.",
            lambda y, z: tf.reduce_mean(_of_ids(z, z)),
            BATCHES,
        ),
        Mistake(
            "answers_and_logits_swapped",
            "You exchange answers and logits. Keras takes the answers first; tf.nn has names for both.",
            lambda y, z: keras.losses.CategoricalCrossentropy(from_logits=True)(z, y),
            BATCHES,
        ),
        Mistake(
            "not_averaged",
            "You return one loss per example, as tf.nn and the Keras functions do. Average them.",
            _of_ids,
            BATCHES,
        ),
        Mistake(
            "sum_not_mean",
            "You return the sum over the batch. The notes' next line takes the mean.",
            lambda y, z: tf.reduce_sum(_of_ids(y, z)),
            BATCHES,
        ),
        Mistake(
            "mean_over_classes",
            "You average over the classes too. Sum over the classes, then average over the examples.",
            lambda y, z: -tf.reduce_mean(y * tf.nn.log_softmax(z)),
            BATCHES,
        ),
        Mistake(
            "sigmoid_not_softmax",
            "You score each class on its own, with a sigmoid. One class of several is right here: use softmax.",
            lambda y, z: keras.losses.BinaryCrossentropy(from_logits=True)(y, z),
            BATCHES,
        ),
        Mistake(
            "one_row_refused",
            "You refuse a batch of one example and let one column pass. The classes are axis 1: `logits.shape[1]`.",
            _one_row_refused,
            COLUMNS,
        ),
        Mistake(
            "one_hot_into_sparse",
            "You hand one-hot answers to a sparse loss, which expects class ids. Take the categorical loss, or make "
            "ids of the answers first.",
            lambda y, z: keras.losses.SparseCategoricalCrossentropy(from_logits=True)(y, z),
            (value(*IDS), *BATCHES),
        ),
        Mistake(
            "logits_as_probabilities",
            "You hand logits to losses.cross_entropy, which expects probabilities. Use a loss that takes logits.",
            lambda y, z: losses.cross_entropy(y, z),
            BATCHES,
        ),
        Mistake(
            "clipped_at_1e_12",
            "You keep the probability above 1e-12, as the notes do: no example costs more than 27.63. Use a loss that "
            "takes logits.",
            lambda y, z: (
                -tf.reduce_mean(tf.reduce_sum(y * tf.math.log(tf.clip_by_value(tf.nn.softmax(z), 1e-12, 1.0)), axis=1))
            ),
            BATCHES,
        ),
    ),
)
