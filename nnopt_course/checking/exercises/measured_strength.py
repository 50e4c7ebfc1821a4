"""Exercise "Lambda applied twice": read the strength of an L2 penalty off a loss that contains it."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from nnopt_course._tensorflow import tf
from nnopt_course.checking.core import Exercise, Mistake, Probe
from nnopt_course.checking.observing import Look

Loss = Callable[[Any], tf.Tensor]

IDLE = "Along the idle weight the data loss is flat: every change of the loss there is the penalty's."
NONE = f"{IDLE}\nIs the gradient None? Then the tape did not watch w: w is a constant."


def loss_of(strength: float, idle: int, seed: int) -> Loss:
    """Return a loss over data whose input ``idle`` is always 0, with a penalty of that strength."""
    random = np.random.RandomState(seed)
    x, y = random.randint(-3, 4, size=(4, 3)) / 2.0, random.randint(-3, 4, size=(4, 1)) / 2.0
    x[:, idle] = 0.0

    def loss(w: Any) -> tf.Tensor:
        w = tf.convert_to_tensor(w, tf.float64)
        return tf.reduce_mean(tf.square(x @ w - y)) + strength / 2 * tf.reduce_sum(tf.square(w))

    return loss


def column(*numbers: float) -> tf.Tensor:
    """Return a float64 tensor of shape ``(inputs, 1)``."""
    return tf.reshape(tf.constant(numbers, tf.float64), (-1, 1))


def strength(loss: Loss, w: tf.Tensor, idle: int) -> Look:
    """Look at the strength that is measured."""
    return lambda answer: answer(loss, w, idle)


# The idle weight first, in the middle and last, of both signs, and never 1, 2 or -1.
LOSSES = (
    strength(loss_of(0.3, 1, seed=0), column(2.0, 3.0, -1.0), 1),
    strength(loss_of(0.07, 0, seed=1), column(-4.0, 1.0, 0.5), 0),
    strength(loss_of(1.6, 2, seed=2), column(1.5, -2.0, 5.0), 2),
    strength(loss_of(0.5, 1, seed=3), column(0.5, -0.25, 3.0), 1),
)


def probes(rng: np.random.Generator) -> Iterator[Probe]:
    """Yield single strengths first, then the notes' product, Keras's form, no penalty, and a random one."""
    first = strength(loss_of(0.3, 1, seed=4), column(2.0, 3.0, -1.0), 1)
    yield Probe("a penalty of strength 0.3, idle weight 3", first, 0.3, NONE)
    for says, true, idle, numbers in [
        ("a penalty of strength 0.07, idle weight -4 in the first place", 0.07, 0, (-4.0, 1.0, 0.5)),
        ("a loss that applies REGULARIZER = 0.3 twice", 0.09, 2, (1.5, -2.0, 5.0)),
        ("a loss with Keras's L2(0.2)", 0.4, 1, (0.5, -0.25, 3.0)),
        ("a loss without a penalty", 0.0, 1, (2.0, 3.0, -1.0)),
    ]:
        yield Probe(says, strength(loss_of(true, idle, seed=4), column(*numbers), idle), true, IDLE)
    true, idle = int(rng.integers(2, 40)) / 100, int(rng.integers(3))
    numbers = rng.integers(2, 9, size=3) / 4 * rng.choice([-1, 1], size=3)
    loss = loss_of(true, idle, seed=int(rng.integers(1000)))
    says = f"a penalty of random strength {true:g}, idle weight {numbers[idle]:g} in place {idle}"
    yield Probe(says, strength(loss, column(*numbers), idle), true, IDLE)


def _gradient(loss: Loss, w: tf.Tensor) -> tf.Tensor:
    w = tf.convert_to_tensor(w)
    with tf.GradientTape() as tape:
        tape.watch(w)
        value = loss(w)
    return tape.gradient(value, w)


def _from_slope(formula: Callable[[tf.Tensor, tf.Tensor], tf.Tensor]) -> Callable:
    return lambda loss, w, idle: formula(_gradient(loss, w)[idle, 0], w[idle, 0])


def _change(loss: Loss, w: tf.Tensor, idle: int) -> tf.Tensor:
    """Return how much the loss falls when the idle weight is set to 0."""
    return loss(w) - loss(np.where(np.arange(len(w))[:, None] == idle, 0.0, w))


EXERCISE = Exercise(
    function="measured_strength",
    probes=probes,
    mistakes=(
        Mistake(
            "slope_not_divided",
            "You return the slope along the idle weight. It grows with that weight: divide by it.",
            _from_slope(lambda g, w: g),
            LOSSES,
        ),
        Mistake(
            "form_of_keras",
            "You return half the strength, that of a penalty without the half. The form here is TensorFlow 1's: "
            "strength / 2 times the squares, so the slope is strength times w.",
            _from_slope(lambda g, w: g / (2 * w)),
            LOSSES,
        ),
        Mistake(
            "halved_the_wrong_way",
            "You return twice the strength. The slope of strength / 2 times w^2 is strength times w, without a 2.",
            _from_slope(lambda g, w: 2 * g / w),
            LOSSES,
        ),
        Mistake(
            "divided_by_the_square",
            "You divide the slope by the square of the weight. The slope goes with the weight itself.",
            _from_slope(lambda g, w: g / w**2),
            LOSSES,
        ),
        Mistake(
            "multiplied_by_the_weight",
            "You multiply the slope by the weight. The slope is strength times w: what undoes that?",
            _from_slope(lambda g, w: g * w),
            LOSSES,
        ),
        Mistake(
            "sign_lost",
            "Your strength is negative. A penalty pulls toward 0, yet its slope has the sign of the weight.",
            _from_slope(lambda g, w: -g / w),
            LOSSES,
        ),
        Mistake(
            "absolute_slope",
            "You take the slope without its sign. Divide by the weight's absolute value then, or keep both signs.",
            _from_slope(lambda g, w: abs(g) / w),
            LOSSES,
        ),
        Mistake(
            "root_taken",
            "You take a root. That is the number in a program that applies it twice; asked is the strength that pulls.",
            _from_slope(lambda g, w: tf.sqrt(g / w)),
            LOSSES,
        ),
        Mistake(
            "first_weight",
            "You look at the first weight. The data pull on it, too: use the one that `idle` says.",
            lambda loss, w, idle: (_gradient(loss, w) / w)[0, 0],
            LOSSES,
        ),
        Mistake(
            "second_weight",
            "You look at the second weight in every loss. It is idle in some only: use the one that `idle` says.",
            lambda loss, w, idle: (_gradient(loss, w) / w)[1, 0],
            LOSSES,
        ),
        Mistake(
            "last_weight",
            "You look at the last weight. The data pull on it, too: use the one that `idle` says.",
            lambda loss, w, idle: (_gradient(loss, w) / w)[-1, 0],
            LOSSES,
        ),
        Mistake(
            "mean_over_the_weights",
            "You average over all weights. The data pull on the others, too: use the one that `idle` says.",
            lambda loss, w, idle: tf.reduce_mean(_gradient(loss, w) / w),
            LOSSES,
        ),
        Mistake(
            "sums_divided",
            "You divide the sum of all slopes by the sum of all weights. Most of those slopes are the data's.",
            lambda loss, w, idle: tf.reduce_sum(_gradient(loss, w)) / tf.reduce_sum(w),
            LOSSES,
        ),
        Mistake(
            "lengths_divided",
            "You divide the length of the whole gradient by that of the weights. The data are in that gradient.",
            lambda loss, w, idle: tf.norm(_gradient(loss, w)) / tf.norm(w),
            LOSSES,
        ),
        Mistake(
            "whole_loss_divided",
            "You divide the whole loss by the size of the weights. The data loss is in it: look at a change instead.",
            lambda loss, w, idle: loss(w) / tf.nn.l2_loss(w),
            LOSSES,
        ),
        Mistake(
            "upside_down",
            "You divide the weight by the slope. Turn the fraction round.",
            _from_slope(lambda g, w: w / g),
            LOSSES,
        ),
        Mistake(
            "all_weights_set_to_zero",
            "You compare with a loss in which all weights are 0, so the data loss changes as well. Change the idle "
            "weight alone.",
            lambda loss, w, idle: (loss(w) - loss(0 * w)) / tf.nn.l2_loss(w),
            LOSSES,
        ),
        Mistake(
            "change_not_divided",
            "You return how much the loss changes. Divide by how much half the square of the weight changes.",
            _change,
            LOSSES,
        ),
        Mistake(
            "change_divided_by_the_weight",
            "You divide the change of the loss by the weight. It goes with half the square of the weight.",
            lambda loss, w, idle: _change(loss, w, idle) / w[idle, 0],
            LOSSES,
        ),
    ),
)
