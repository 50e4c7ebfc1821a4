"""Exercise "The penalty that taught nothing": one update by hand whose penalty reaches the gradient."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from nnopt_course._tensorflow import tf
from nnopt_course.checking.core import Exercise, Mistake, Probe
from nnopt_course.checking.observing import Answer, Look

DataLoss = Callable[[Sequence[Any]], tf.Tensor]

BEFORE = "It is that before the update, with the penalty in it."
PULLS = "Another strength has to change the weights, each by 2 * learning_rate * strength times itself."
NONE = f"{PULLS}\nIs a gradient None? Then the loss has left the tape: compute all of it inside."
X = np.array([[1.0, -0.5], [0.5, 2.0], [-1.0, 1.0]])
Y = np.array([[1.0], [0.0], [2.0]])
START = (np.array([[0.5, -1.0], [1.5, 0.25]]), np.array([[2.0], [-0.75]]))


def data_loss_to(y: np.ndarray) -> DataLoss:
    """Return the mean squared error of a linear network with two layers, as a function of its two weights."""

    def data_loss(weights: Sequence[Any]) -> tf.Tensor:
        return tf.reduce_mean(tf.square(X @ weights[0] @ weights[1] - y))

    return data_loss


def flat(weights: Sequence[Any]) -> np.ndarray:
    """Return all numbers of a list of weights as one vector."""
    return np.concatenate([np.ravel(weight) for weight in weights])


def weights_after(data_loss: DataLoss, strength: float, rate: float, start: Sequence[np.ndarray] = START) -> Look:
    """Look at the weights after the update."""

    def look(answer: Answer) -> Any:
        weights = [tf.Variable(weight) for weight in start]
        answer(data_loss, list(weights), strength, rate)  # a copy: new tensors in the list move no variable
        return flat(weights)

    return look


def returned(data_loss: DataLoss, strength: float, rate: float, start: Sequence[np.ndarray] = START) -> Look:
    """Look at the loss that is returned."""
    return lambda answer: answer(data_loss, [tf.Variable(weight) for weight in start], strength, rate)


def apart(data_loss: DataLoss, strength: float, rate: float) -> Look:
    """Look at how far the largest weight ends from where it ends at strength 0."""

    def look(answer: Answer) -> Any:
        ends = [weights_after(data_loss, each, rate)(answer) for each in (strength, 0.0)]
        return np.max(np.abs(ends[0] - ends[1]))

    return look


# Another strength and rate in each; the weights first, because they are what a penalty is for.
MOVES = tuple(
    weights_after(data_loss_to(Y + shift), strength, rate)
    for shift, strength, rate in [(0.0, 0.3, 0.1), (0.5, 0.7, 0.05), (-1.0, 1.5, 0.2)]
)
STEPS = (*MOVES, returned(data_loss_to(Y), 0.3, 0.1), returned(data_loss_to(Y - 1.0), 0.7, 0.05))


def _oracle(y: np.ndarray, strength: float, rate: float, start: Sequence[np.ndarray]) -> tuple[np.ndarray, float]:
    """Return the weights after the update and the loss before it, with the gradient worked out by hand."""
    first, second = start
    error = X @ first @ second - y
    slopes = X.T @ error @ second.T, first.T @ X.T @ error
    moved = [w - rate * (2 / len(y) * g + 2 * strength * w) for w, g in zip(start, slopes, strict=True)]
    return flat(moved), float(np.mean(error**2) + strength * (np.sum(first**2) + np.sum(second**2)))


def probes(rng: np.random.Generator) -> Iterator[Probe]:
    """Yield what another strength changes first, then the weights, the loss returned, and random numbers."""
    data_loss = data_loss_to(Y)
    says = "how far the weights end from those at strength 0, at most, strength 0.3, learning_rate 0.1"
    yield Probe(says, apart(data_loss, 0.3, 0.1), 2 * 0.1 * 0.3 * 2.0, NONE)
    weights, loss = _oracle(Y, 0.3, 0.1, START)
    yield Probe("the weights after it", weights_after(data_loss, 0.3, 0.1), weights, PULLS)
    yield Probe("the loss returned", returned(data_loss, 0.3, 0.1), loss, BEFORE)
    plain, _ = _oracle(Y, 0.0, 0.1, START)
    yield Probe("the weights after it at strength 0", weights_after(data_loss, 0.0, 0.1), plain)
    start = [rng.integers(-8, 9, size=weight.shape) / 4 + 0.125 for weight in START]
    strength, rate = int(rng.integers(1, 9)) / 10, int(rng.integers(1, 5)) / 20
    weights, loss = _oracle(Y, strength, rate, start)
    says = f"from random weights, strength {strength:g}, learning_rate {rate:g}"
    yield Probe(f"the weights {says}", weights_after(data_loss, strength, rate, start), weights, PULLS)
    yield Probe(f"the loss returned {says}", returned(data_loss, strength, rate, start), loss)


def _squares(weights: Sequence[tf.Variable]) -> tf.Tensor:
    return tf.add_n([tf.reduce_sum(tf.square(weight)) for weight in weights])


def _l2(strength: float, weights: Sequence[tf.Variable]) -> tf.Tensor:
    return strength * _squares(weights)


def _with(
    penalty: Callable, reported: Callable = lambda data, extra: data + extra, rate_of: Callable = float
) -> Callable:
    """Move at ``rate_of(rate)`` against the gradient of data loss plus ``penalty(strength, weights)``."""

    def answer(data_loss, weights, strength, rate):
        with tf.GradientTape() as tape:
            data, extra = data_loss(weights), penalty(strength, weights)
            loss = data + extra
        for weight, slope in zip(weights, tape.gradient(loss, weights), strict=True):
            weight.assign_sub(rate_of(rate) * slope)
        return reported(data, extra)

    return answer


def _by_hand(pull: Callable) -> Callable:
    """Step on the data loss, then move each weight by ``pull(strength, rate, weight, old weight)``."""

    def answer(data_loss, weights, strength, rate):
        old = [weight.numpy() for weight in weights]
        loss = _with(lambda strength, each: tf.stop_gradient(_l2(strength, each)))(data_loss, weights, strength, rate)
        for weight, before in zip(weights, old, strict=True):
            weight.assign_sub(pull(strength, rate, weight, before))
        return loss

    return answer


def _one_after_another(data_loss, weights, strength, rate):
    loss = data_loss(weights) + _l2(strength, weights)
    for weight in weights:
        with tf.GradientTape() as tape:
            total = data_loss(weights) + _l2(strength, weights)
        weight.assign_sub(rate * tape.gradient(total, weight))
    return loss


def _loss_after(data_loss, weights, strength, rate):
    _with(_l2)(data_loss, weights, strength, rate)
    return data_loss(weights) + _l2(strength, weights)


EXERCISE = Exercise(
    function="penalized_step",
    probes=probes,
    mistakes=(
        Mistake(
            "penalty_without_gradient",
            "Your penalty is in the loss, but not in its gradient: the weights move as at strength 0. Compute it "
            "inside the tape, from the variables, with tf operations.",
            _with(lambda strength, each: tf.stop_gradient(_l2(strength, each))),
            STEPS,
        ),
        Mistake(
            "no_penalty",
            "Your step has no penalty in it, neither in the weights nor in the loss.",
            _with(lambda strength, each: 0.0),
            STEPS,
        ),
        Mistake(
            "returns_the_data_loss",
            "Your weights move as they should, but you return the data loss alone. Return it with the penalty.",
            _with(_l2, lambda data, extra: data),
            STEPS,
        ),
        Mistake(
            "half_of_tf1",
            "Your penalty has TensorFlow 1's half. The listing's has none.",
            _with(lambda strength, each: _l2(strength / 2, each)),
            STEPS,
        ),
        Mistake(
            "pulled_half_as_hard",
            "Your loss is right, but it pulls half as hard as it says. Has the derivative of w^2 lost its 2? An "
            "optimizer's weight_decay needs twice the strength.",
            _by_hand(lambda strength, rate, w, old: rate * strength * old),
            STEPS,
        ),
        Mistake(
            "pulled_without_the_rate",
            "You shrink the weights by 2 * strength, without the learning rate. Multiply by it.",
            _by_hand(lambda strength, rate, w, old: 2 * strength * old),
            STEPS,
        ),
        Mistake(
            "penalty_subtracted",
            "You subtract the penalty, so the weights are pushed away from zero. Add it to the data loss.",
            _with(lambda strength, each: _l2(-strength, each)),
            STEPS,
        ),
        Mistake(
            "first_weight_only",
            "You penalize the first weight of the list only. Sum over all of them.",
            _with(lambda strength, each: _l2(strength, each[:1])),
            STEPS,
        ),
        Mistake(
            "last_weight_only",
            "You penalize the last weight of the list only. Sum over all of them.",
            _with(lambda strength, each: _l2(strength, each[-1:])),
            STEPS,
        ),
        Mistake(
            "mean_of_squares",
            "You average the squares of each weight. The listing adds them.",
            _with(lambda strength, each: strength * tf.add_n([tf.reduce_mean(tf.square(weight)) for weight in each])),
            STEPS,
        ),
        Mistake(
            "decay_after_the_step",
            "You shrink the weights after the step, so a part of the step shrinks, too. Let the penalty be a part of "
            "the loss whose gradient you take.",
            _by_hand(lambda strength, rate, w, old: 2 * rate * strength * w),
            STEPS,
        ),
        Mistake(
            "one_after_another",
            "You move the first weight before you take the gradient for the second. Take all gradients, then move.",
            _one_after_another,
            STEPS,
        ),
        Mistake(
            "loss_after_the_update",
            "You return the loss after the update. Return that before it, whose gradient you took.",
            _loss_after,
            STEPS,
        ),
        Mistake(
            "climbs",
            "Your weights move up the slope. Subtract the rate times the gradient.",
            _with(_l2, rate_of=lambda rate: -rate),
            STEPS,
        ),
        Mistake(
            "not_assigned",
            "You return the right loss, but the weights stay where they are. Move the variables: `assign_sub` does.",
            _with(_l2, rate_of=lambda rate: 0.0),
            STEPS,
        ),
    ),
)
