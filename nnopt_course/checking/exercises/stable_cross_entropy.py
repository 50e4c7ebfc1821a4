"""Exercise "Cross-entropy that survives": from logits, whatever their size, with the digits of a tiny loss."""

from collections.abc import Iterator, Sequence

import numpy as np

from nnopt_course._tensorflow import tf
from nnopt_course.checking.core import Exercise, Mistake, Probe
from nnopt_course.checking.looks import gradient, value
from nnopt_course.checking.observing import Answer, Look

SLOPE = "The gradient is (softmax - one-hot) / N."
LOST = "A number below 1e-16 is lost when it is added to 1, or to a logit of 40 that is subtracted later."
TINY = 2 * np.exp(-40.0)  # of log(1 + 2 exp(-40)) the next term is 36 powers of ten smaller


def _pair(labels: Sequence[int], logits: Sequence[Sequence[float]]) -> tuple[tf.Tensor, tf.Tensor]:
    return tf.constant(labels, tf.int64), tf.constant(logits, tf.float64)


def in_units(unit: float, look: Look) -> Look:
    """Look at a loss divided by ``unit``, so that the comparison sees the digits of a tiny one."""

    def scaled(answer: Answer) -> object:
        loss = look(answer)
        return loss if loss is None else answer.run(np.divide, loss, unit)

    return scaled


def finite(labels: tf.Tensor, logits: tf.Tensor) -> Look:
    """Look at whether the loss is a finite number; infinity and NaN come from the same mistake, written differently."""
    return lambda answer: answer.run(np.isfinite, answer(labels, logits))


PLAIN = _pair([0, 2], [[1.0, 2.0, -1.0], [0.5, -0.5, 0.25]])
TIE = _pair([1], [[0.0, 0.0, 0.0]])
OTHER_TIE = _pair([2, 0], [[3.0, 3.0, 1.0], [-1.0, 2.0, 2.0]])
WRONG, RIGHT = _pair([0], [[0.0, 1000.0, 5.0]]), _pair([1], [[0.0, 1000.0, 5.0]])
FAR_APART = _pair([0, 1], [[0.0, 1.0, 0.0], [900.0, 901.0, 900.0]])
FAR_BELOW = _pair([0], [[0.0, -800.0, 1.0]])
DEEP = _pair([1], [[-1000.0, -1001.0, -999.0]])
SMALL = _pair([0], [[40.0, 0.0, 0.0]])

# Ordinary logits tell the formulas apart; size, ties and a tiny loss tell the rest.
FORMULAS = (value(*OTHER_TIE), value(*PLAIN))
OVERFLOW = (finite(*WRONG), finite(*RIGHT), finite(*FAR_BELOW), *FORMULAS)
SIZES = (value(*WRONG), value(*RIGHT), value(*FAR_APART), *FORMULAS)
SLOPES = (gradient(*TIE), gradient(*OTHER_TIE), gradient(*PLAIN), *SIZES)
ALL = (in_units(TINY, value(*SMALL)), *SLOPES)


def _oracle(labels: tf.Tensor, logits: tf.Tensor) -> float:
    z = np.asarray(logits)
    return float(np.mean(np.logaddexp.reduce(z, axis=1) - z[np.arange(len(z)), np.asarray(labels)]))


def _slope(labels: tf.Tensor, logits: tf.Tensor) -> np.ndarray:
    """Return the gradient; the differences between logits come first, so that no exponential overflows."""
    z = np.asarray(logits)
    softmax = 1 / np.exp(np.clip(z[:, None, :] - z[:, :, None], None, 700)).sum(axis=2)
    return (softmax - np.eye(z.shape[1])[np.asarray(labels)]) / len(z)


def probes(rng: np.random.Generator) -> Iterator[Probe]:
    """Yield ordinary logits, then huge ones, then gradients and ties, then a tiny loss."""
    yield Probe("one example, three equal logits", value(*TIE), np.log(3), "A uniform guess costs log 3.")
    yield Probe("two examples of three classes", value(*PLAIN), _oracle(*PLAIN))
    drawn = _pair(rng.integers(0, 4, size=5), rng.integers(-12, 13, size=(5, 4)) / 4)
    yield Probe("five random examples of four classes", value(*drawn), _oracle(*drawn))
    yield Probe("logits 0, 1000 and 5, class 0 is right", value(*WRONG), 1000.0)
    yield Probe("logits 0, 1000 and 5, class 1 is right", value(*RIGHT), 0.0)
    below = "The class that is far below the others has a probability of 0 in 64 bits, and no share in the loss."
    yield Probe("logits 0, -800 and 1, class 0 is right", value(*FAR_BELOW), _oracle(*FAR_BELOW), below)
    yield Probe("logits -1000, -1001 and -999, class 1 is right", value(*DEEP), _oracle(*DEEP))
    yield Probe("one example with logits near 0 and one with logits near 900", value(*FAR_APART), _oracle(*FAR_APART))
    yield Probe("the gradient for five random examples", gradient(*drawn), _slope(*drawn), SLOPE)
    for pair in (WRONG, RIGHT):
        says = f"the gradient at logits 0, 1000 and 5, class {int(pair[0][0])} is right"
        yield Probe(says, gradient(*pair), _slope(*pair), SLOPE)
    yield Probe("the gradient at three equal logits, class 1 is right", gradient(*TIE), _slope(*TIE), SLOPE)
    yield Probe("the gradient where the two largest logits tie", gradient(*OTHER_TIE), _slope(*OTHER_TIE), SLOPE)
    tiny = f"the loss of logits 40, 0 and 0, class 0 is right, in units of {TINY:.3g}"
    yield Probe(tiny, in_units(TINY, value(*SMALL)), 1.0, LOST)


def _right(z: tf.Tensor, labels: tf.Tensor) -> tf.Tensor:
    return tf.gather(z, labels, axis=1, batch_dims=1)


def _top(z: tf.Tensor) -> tf.Tensor:
    return tf.reduce_max(z, axis=1, keepdims=True)


def _log_sum_exp(z: tf.Tensor, shift: tf.Tensor) -> tf.Tensor:
    return tf.math.log(tf.reduce_sum(tf.exp(z - shift), axis=1))


def _loss(labels: tf.Tensor, z: tf.Tensor) -> tf.Tensor:
    return tf.nn.sparse_softmax_cross_entropy_with_logits(labels, z)


def _others(labels: tf.Tensor, z: tf.Tensor, top: tf.Tensor, left_out: tf.Tensor) -> tf.Tensor:
    """Return the loss by log1p, given the largest logits and a mask of what the sum leaves out."""
    rest = tf.reduce_sum(tf.where(left_out, tf.zeros_like(z), tf.exp(z - top)), axis=1)
    return tf.reduce_mean(tf.math.log1p(rest) + (top[:, 0] - _right(z, labels)))


def _first_of_the_largest(z: tf.Tensor) -> tf.Tensor:
    return tf.one_hot(tf.argmax(z, axis=1), z.shape[1], on_value=True, off_value=False)


def _clipped(labels: tf.Tensor, z: tf.Tensor, least: float) -> tf.Tensor:
    return -tf.reduce_mean(tf.math.log(tf.clip_by_value(_right(tf.nn.softmax(z), labels), least, 1.0)))


def _naive(labels: tf.Tensor, z: tf.Tensor) -> tf.Tensor:
    probabilities = tf.exp(z) / tf.reduce_sum(tf.exp(z), axis=1, keepdims=True)
    return -tf.reduce_mean(tf.math.log(_right(probabilities, labels)))


def _one_hot_times_log(labels: tf.Tensor, z: tf.Tensor) -> tf.Tensor:
    terms = tf.one_hot(labels, z.shape[1], dtype=z.dtype) * tf.math.log(tf.nn.softmax(z))
    return -tf.reduce_mean(tf.reduce_sum(terms, axis=1))


EXERCISE = Exercise(
    function="stable_cross_entropy",
    probes=probes,
    mistakes=(
        Mistake(
            "exponentials_overflow",
            "Your exponentials overflow: beyond 709 they are infinite. Subtract each row's largest logit first.",
            _naive,
            OVERFLOW,
        ),
        Mistake(
            "infinite_when_very_wrong",
            "Your loss is infinite where the right class is far below another. Subtract each row's largest logit, and "
            "do not finish the softmax before you take the logarithm.",
            lambda y, z: -tf.reduce_mean(tf.math.log(_right(tf.nn.softmax(z), y))),
            OVERFLOW,
        ),
        Mistake(
            "zero_times_infinity",
            "You multiply one-hot rows by logarithms: where a probability is 0, 0 times -inf is NaN. Take the right "
            "class's alone: tf.gather.",
            _one_hot_times_log,
            (finite(*FAR_BELOW), *FORMULAS),
        ),
        Mistake(
            "clipped_at_1e_12",
            "You keep the probability above 1e-12, as the notes do: no loss exceeds 27.63, and its gradient is 0.",
            lambda y, z: _clipped(y, z, 1e-12),
            SIZES,
        ),
        Mistake(
            "clipped_at_1e_7",
            "You keep the probability above 1e-7, as Keras does: no loss exceeds 16.12, and its gradient is 0.",
            lambda y, z: _clipped(y, z, 1e-7),
            SIZES,
        ),
        Mistake(
            "one_maximum_for_the_batch",
            "You subtract the largest logit of the whole batch, so a row far below it vanishes. Take each row's own.",
            lambda y, z: tf.reduce_mean(_log_sum_exp(z, tf.reduce_max(z)) + tf.reduce_max(z) - _right(z, y)),
            SIZES,
        ),
        Mistake(
            "maximum_not_added_back",
            "You subtract the largest logit inside the exponentials only. Subtract it from the right logit too.",
            lambda y, z: tf.reduce_mean(_log_sum_exp(z, _top(z)) - _right(z, y)),
            FORMULAS,
        ),
        Mistake(
            "mean_over_classes",
            "You average over the classes too. The sum over the classes stays a sum; average over the examples.",
            lambda y, z: tf.reduce_mean(_loss(y, z)) / z.shape[1],
            FORMULAS,
        ),
        Mistake(
            "sum_not_mean",
            "You return the sum over the batch. Return the mean.",
            lambda y, z: tf.reduce_sum(_loss(y, z)),
            FORMULAS,
        ),
        Mistake(
            "not_averaged",
            "You return one loss per example. Return their mean.",
            _loss,
            FORMULAS,
        ),
        Mistake(
            "sums_run_down_the_batch",
            "Your maximum and sum run down the batch. The classes of an example are axis 1.",
            lambda y, z: tf.reduce_mean(tf.math.reduce_logsumexp(z, axis=0)) - tf.reduce_mean(_right(z, y)),
            FORMULAS,
        ),
        Mistake(
            "tiny_loss_lost",
            "All is right but a tiny loss: it comes out as 0, because it was added to a far larger number. Leave the "
            "largest term, 1, out of the sum (to subtract it later is too late) and use log1p; take the difference of "
            "the two logits before you add it.",
            lambda y, z: tf.reduce_mean(_loss(y, z)),
            ALL,
        ),
        Mistake(
            "largest_counted_twice",
            "Your sum has the largest term, 1, and log1p adds 1 once more. Leave that term out of the sum.",
            lambda y, z: _others(y, z, _top(z), z > _top(z)),
            FORMULAS,
        ),
        Mistake(
            "right_class_left_out",
            "You leave the right class out of the sum. After subtracting the largest logit, leave out that one's term.",
            lambda y, z: _others(y, z, _top(z), tf.one_hot(y, z.shape[1], on_value=True, off_value=False)),
            FORMULAS,
        ),
        Mistake(
            "ties_left_out",
            "You leave out every term that equals the largest. Where two tie, one of them has to stay in the sum.",
            lambda y, z: _others(y, z, _top(z), z == _top(z)),
            FORMULAS,
        ),
        Mistake(
            "ties_share_the_gradient",
            "Your gradient is wrong where logits tie: reduce_max shares its own among them, your sum leaves out one.",
            lambda y, z: _others(y, z, _top(z), _first_of_the_largest(z)),
            SLOPES,
        ),
        Mistake(
            "maximum_without_gradient",
            "The value is right. The gradient takes the largest logit for a constant, but log1p depends on it too.",
            lambda y, z: _others(y, z, tf.stop_gradient(_top(z)), _first_of_the_largest(z)),
            SLOPES,
        ),
        Mistake(
            "always_class_0",
            "You take class 0 as the right one for every example, as in the cell. Take the class in `labels`.",
            lambda y, z: tf.reduce_mean(_loss(tf.zeros_like(y), z)),
            FORMULAS,
        ),
        Mistake(
            "labels_of_all_rows",
            "You gather every label from every row: N times N numbers. Each row needs its own label: batch_dims=1.",
            lambda y, z: tf.reduce_mean(tf.reduce_logsumexp(z, axis=1) - tf.gather(z, y, axis=1)),
            FORMULAS,
        ),
        Mistake(
            "one_sum_for_the_batch",
            "You add up the exponentials of all examples. Each example has its own sum, over its classes: axis=1.",
            lambda y, z: tf.reduce_mean(tf.math.log(tf.reduce_sum(tf.exp(z - _top(z)))) + _top(z)[:, 0] - _right(z, y)),
            FORMULAS,
        ),
        Mistake(
            "right_logit_left_out",
            "You return the logarithm of the sum only. The loss also has the largest logit minus the right one.",
            lambda y, z: tf.reduce_mean(_log_sum_exp(z, _top(z))),
            FORMULAS,
        ),
    ),
)
