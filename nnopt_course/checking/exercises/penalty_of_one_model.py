"""Exercise "No more collections": a loss with the penalty of the model at hand, and of no other."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from nnopt_course._tensorflow import tf
from nnopt_course.checking.core import Exercise, Mistake, Probe
from nnopt_course.checking.looks import single
from nnopt_course.checking.observing import Answer, Look, Unusable

Parameters = Sequence[tf.Tensor]

HALF = "The penalty is strength * sum(w**2) / 2, over all numbers of all weights."
ONE = "Return one number, the data loss plus the penalty."
OWN = "Whatever was asked before, only the parameters handed over count."
SLOPE = "Each weight adds strength * w to its gradient, each bias nothing. NumPy, float() and .numpy() lose gradients."


def _tensors(*values: Any) -> list[tf.Tensor]:
    return [tf.constant(value, tf.float64) for value in values]


SMALL = _tensors([[1.0, -2.0], [0.5, 3.0]], [5.0, -1.0], [[2.0], [-4.0]], [7.0])
OTHER = _tensors([[-3.0, 1.0, 2.0]], [1.0, 2.0, -6.0])
DEEP = _tensors([[1.5]], [4.0], [[-2.5]], [3.0], [[0.5]], [-8.0])
LOW, MIDDLE, HIGH = _tensors(0.25, 3.0, 40.0)


def total(data_loss: tf.Tensor, parameters: Parameters, strength: float) -> Look:
    """Look at the number that is returned."""
    return lambda answer: single(answer(data_loss, list(parameters), strength), ONE)


def slopes(parameters: Parameters, strength: float) -> Look:
    """Look at the gradients with respect to all parameters; that of the data loss is 1 everywhere."""

    def look(answer: Answer) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(parameters)
            data_loss = tf.add_n([tf.reduce_sum(values) for values in parameters])
            loss = answer(data_loss, list(parameters), strength)
        if loss is None:
            return None
        if not tf.is_tensor(loss):
            return Unusable("what you return is no tensor, so it has no gradient: use the tf operations.")
        found = answer.run(tape.gradient, loss, list(parameters))
        return np.concatenate([np.zeros(values.shape).ravel() if g is None else np.ravel(g)
                               for values, g in zip(parameters, found, strict=True)])  # fmt: skip

    return look


def growth(data_loss: tf.Tensor, parameters: Parameters, other: Parameters, strength: float) -> Look:
    """Look at how the result changes from call to call: the same model twice, another, the first again."""

    def look(answer: Answer) -> Any:
        found = [single(answer(data_loss, list(p), strength), ONE) for p in (parameters, parameters, other, parameters)]
        return np.diff(found) if all(isinstance(value, float) for value in found) else found[0]

    return look


VALUES = (total(MIDDLE, DEEP, 0.3), total(LOW, OTHER, 0.02), total(HIGH, SMALL, 0.5))
SLOPES = (slopes(SMALL, 0.5), *VALUES)
GROWTH = (growth(LOW, SMALL, OTHER, 0.1), growth(MIDDLE, OTHER, DEEP, 0.4))


def _oracle(data_loss: float, parameters: Parameters, strength: float) -> float:
    weights = [np.asarray(values).ravel() for values in parameters if values.shape.rank == 2]
    return float(data_loss) + strength / 2 * sum(weight @ weight for weight in weights)


def probes(rng: np.random.Generator) -> Iterator[Probe]:
    """Yield a small model first, then gradients, other models, the first again, and random numbers."""
    one = _tensors([[3.0]], [10.0])
    yield Probe("one weight 3, one bias 10, data loss 0.25, strength 0.1", total(LOW, one, 0.1), 0.7, HALF)
    yield Probe("the same model again", total(LOW, one, 0.1), 0.7, OWN)
    says = "a net with W1 = [[1, -2], [0.5, 3]] and W2 = [[2], [-4]], data loss 40, strength 0.5"
    yield Probe(says, total(HIGH, SMALL, 0.5), 40 + 0.25 * (1 + 4 + 0.25 + 9 + 4 + 16), HALF)
    yield Probe("the small model again, after the net", total(LOW, one, 0.1), 0.7, OWN)
    expect = [1.5, 0, 1.25, 2.5, 1, 1, 2, -1, 1]
    yield Probe(
        "the gradients of that net, where each gradient of the data loss is 1", slopes(SMALL, 0.5), expect, SLOPE
    )
    yield Probe("a net with three weights, data loss 3, strength 0.3", total(MIDDLE, DEEP, 0.3), 3 + 0.15 * 8.75, HALF)
    yield Probe("strength 0", total(HIGH, SMALL, 0.0), 40, HALF)
    sizes = rng.integers(1, 4, size=3).tolist()
    shapes = [sizes[:2], sizes[1:2], sizes[1:], sizes[2:]]
    drawn = _tensors(*(rng.integers(-8, 9, size=shape) / 4 for shape in shapes))
    says = f"random numbers in a {'-'.join(map(str, sizes))} net, data loss 3, strength 0.7"
    yield Probe(says, total(MIDDLE, drawn, 0.7), _oracle(3.0, drawn, 0.7), HALF)


def _sum_over(pick: Callable[[Parameters], Parameters], of: Callable[[tf.Tensor], Any] = tf.nn.l2_loss):
    """Return the answer that adds ``strength`` times the sum of ``of(values)`` over the picked parameters."""
    return lambda data_loss, p, strength: data_loss + strength * sum(of(values) for values in pick(p))


def _weights(parameters: Parameters) -> Parameters:
    return parameters[::2]


_COLLECTION: list[tf.Tensor] = []


def _collects(data_loss, parameters, strength):
    _COLLECTION.extend(strength * tf.nn.l2_loss(w) for w in _weights(parameters))
    return data_loss + sum(float(value) for value in _COLLECTION)


EXERCISE = Exercise(
    function="total_loss",
    probes=probes,
    mistakes=(
        Mistake(
            "grows_with_each_call",
            "Each call adds to a list that lives on, and the list is summed: a collection again. Make the list inside "
            "the function, where each call has its own, or add up in a variable.",
            _collects,
            GROWTH,
        ),
        Mistake(
            "twice_as_strong",
            "Your penalty is twice the one asked for. Is the half missing, as in Keras's L2, or is the penalty added "
            "twice?",
            _sum_over(_weights, lambda w: 2 * tf.nn.l2_loss(w)),
            VALUES,
        ),
        Mistake(
            "biases_penalized",
            "You penalize the biases too. Only the weights count: every second of the parameters, from the first on.",
            _sum_over(lambda p: p),
            VALUES,
        ),
        Mistake(
            "biases_instead",
            "You penalize the biases and not the weights. The weights come first: places 0, 2, 4, ...",
            _sum_over(lambda p: p[1::2]),
            VALUES,
        ),
        Mistake(
            "first_weight_only",
            "You penalize the first weight only. There is one for each layer. Is the `return` inside the loop?",
            _sum_over(lambda p: p[:1]),
            VALUES,
        ),
        Mistake(
            "last_weight_only",
            "You penalize the last weight only. In a loop, add to the penalty, with +=, where = begins it anew.",
            _sum_over(lambda p: _weights(p)[-1:]),
            VALUES,
        ),
        Mistake(
            "absolute_not_squared",
            "You add up absolute values, L1. This penalty is half the sum of the squares.",
            _sum_over(_weights, lambda w: tf.reduce_sum(tf.abs(w))),
            VALUES,
        ),
        Mistake(
            "mean_not_sum",
            "You take the mean of the squares of a weight. Take the sum: a larger layer pays more.",
            _sum_over(_weights, lambda w: tf.reduce_mean(tf.square(w)) / 2),
            VALUES,
        ),
        Mistake(
            "norm_not_square",
            "You take the norm of a weight, a root. The penalty is half the sum of squares, without a root.",
            _sum_over(_weights, tf.norm),
            VALUES,
        ),
        Mistake(
            "squared_too_late",
            "You square the sum of a weight's numbers, where positive and negative ones cancel. Square first, then "
            "sum.",
            _sum_over(_weights, lambda w: tf.square(tf.reduce_sum(w)) / 2),
            VALUES,
        ),
        Mistake(
            "strength_forgotten",
            "Your penalty is not multiplied by `strength`.",
            lambda data_loss, p, strength: data_loss + sum(tf.nn.l2_loss(w) for w in _weights(p)),
            VALUES,
        ),
        Mistake(
            "strength_twice",
            "You multiply by `strength` twice, as the formula of the notes does. Once for each weight is enough.",
            lambda data_loss, p, strength: data_loss + strength**2 * sum(tf.nn.l2_loss(w) for w in _weights(p)),
            VALUES,
        ),
        Mistake(
            "strength_on_everything",
            "You multiply the data loss by `strength` too. It multiplies the penalty alone.",
            lambda data_loss, p, strength: strength * (data_loss + sum(tf.nn.l2_loss(w) for w in _weights(p))),
            VALUES,
        ),
        Mistake(
            "penalty_alone",
            "You return the penalty. Add it to the data loss.",
            lambda data_loss, p, strength: strength * sum(tf.nn.l2_loss(w) for w in _weights(p)),
            VALUES,
        ),
        Mistake(
            "data_loss_alone",
            "You return the data loss as it was. Is the penalty added to it?",
            lambda data_loss, p, strength: data_loss,
            VALUES,
        ),
        Mistake(
            "penalty_without_gradient",
            "The number is right, but your penalty has no gradient, so training would not feel it. NumPy, float() and "
            ".numpy() lose the gradient: use the tf operations.",
            lambda data_loss, p, strength: data_loss + strength * sum(float(tf.nn.l2_loss(w)) for w in _weights(p)),
            SLOPES,
        ),
    ),
)
