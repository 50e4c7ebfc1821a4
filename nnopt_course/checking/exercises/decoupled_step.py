"""Exercise "Is weight decay L2?": one update with decoupled weight decay, whatever the optimizer."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from nnopt_course._tensorflow import tf
from nnopt_course.checking.core import Exercise, Mistake, Probe
from nnopt_course.checking.observing import Look

Rule = Callable[[Any], Any]

APART = "The decay takes learning_rate * weight_decay of the old weight; the rule sees the data's gradient and no more."
BIAS = "It has one axis, so it is a bias: it takes the rule's step and does not decay."


def sgd(rate: float) -> Rule:
    """Return the rule of plain SGD."""
    return lambda gradient: rate * gradient


def momentum(rate: float, velocity: float) -> Rule:
    """Return the rule of SGD with momentum 0.9, when it has last moved every weight by ``-velocity``."""
    return lambda gradient: 0.9 * velocity + rate * gradient


def adam(rate: float) -> Rule:
    """Return the rule of Adam's first update: a step of the size of the rate, by the sign of the gradient."""
    return lambda gradient: rate * tf.sign(gradient)


def numbers(values: Any) -> tf.Tensor:
    """Return a float64 tensor."""
    return tf.constant(values, tf.float64)


def moved(w: tf.Tensor, gradient: tf.Tensor, rule: Rule, rate: float, decay: float) -> Look:
    """Look at the parameter after the update."""
    return lambda answer: answer(w, gradient, rule, rate, decay)


# Rates and decays that are not 1; an idle weight; weights of two and four axes, and all three rules. Without a bias:
# most mistakes are made with and without its rule, and are named first.
WEIGHTS = (
    moved(numbers([[2.0, -4.0, 1.5]]), numbers([[3.0, 0.0, -0.5]]), adam(0.1), 0.1, 0.5),
    moved(numbers([[3.0], [-1.0]]), numbers([[-2.0], [4.0]]), momentum(0.2, 0.7), 0.2, 0.3),
    moved(numbers([[0.5, 6.0]]), numbers([[1.0, -3.0]]), sgd(0.3), 0.3, 0.7),
    moved(numbers([[[[5.0]], [[-2.0]]]]), numbers([[[[1.0]], [[0.5]]]]), adam(0.2), 0.2, 1.5),
)
STEPS = (*WEIGHTS, moved(numbers([4.0, -3.0]), numbers([1.0, 0.0]), adam(0.3), 0.3, 0.2))


def probes(rng: np.random.Generator) -> Iterator[Probe]:
    """Yield SGD first, then Adam, momentum, a bias, a convolution, no decay, and random numbers."""
    w, gradient = numbers([[2.0, -4.0]]), numbers([[3.0, 0.0]])
    says = "w = (2, -4), gradient (3, 0), learning_rate 0.1, weight_decay 0.5,"
    yield Probe(f"{says} plain SGD", moved(w, gradient, sgd(0.1), 0.1, 0.5), [[1.6, -3.8]], APART)
    yield Probe(f"{says} Adam's first update", moved(w, gradient, adam(0.1), 0.1, 0.5), [[1.8, -3.8]], APART)
    rolling = moved(w, gradient, momentum(0.1, 0.5), 0.1, 0.5)
    yield Probe(f"{says} momentum 0.9 times a velocity of 0.5", rolling, [[1.15, -4.25]], APART)
    yield Probe(f"{says} no step at all", moved(w, gradient, lambda g: 0.0 * g, 0.1, 0.5), [[1.9, -3.8]], APART)
    bias = moved(numbers([2.0, -4.0]), numbers([3.0, 0.0]), adam(0.1), 0.1, 0.5)
    yield Probe("the same as a bias of shape (2,), Adam's first update", bias, [1.9, -4.0], BIAS)
    kernel = moved(numbers([[[[5.0]], [[-2.0]]]]), numbers([[[[1.0]], [[0.5]]]]), adam(0.2), 0.2, 1.5)
    says = "a convolution's weight of shape (1, 2, 1, 1), Adam's first update"
    yield Probe(says, kernel, [[[[3.3]], [[-1.6]]]], "It has more than two axes: a weight, too.")
    yield Probe("weight_decay 0, Adam's first update", moved(w, gradient, adam(0.1), 0.1, 0.0), [[1.9, -4.0]], APART)
    w, gradient = rng.integers(1, 9, size=(2, 3, 2)) / 4 * rng.choice([-1, 1], size=(2, 3, 2))
    rate, decay = int(rng.integers(1, 9)) / 20, int(rng.integers(1, 9)) / 8
    pairs = zip(w.ravel(), gradient.ravel(), strict=True)
    left = np.array([each - each * rate * decay - np.copysign(rate, g) for each, g in pairs])
    random = moved(numbers(w), numbers(gradient), adam(rate), rate, decay)
    says = f"six random weights, Adam's first update, learning_rate {rate:g}, weight_decay {decay:g}"
    yield Probe(says, random, left.reshape(3, 2), APART)


def _weights_only(formula: Callable) -> Callable:
    """Apply a formula to weights; a bias takes the plain step of the rule."""
    return lambda w, g, rule, rate, decay: formula(w, g, rule, rate, decay if len(w.shape) > 1 else 0.0)


EXERCISE = Exercise(
    function="decoupled_step",
    probes=probes,
    mistakes=(
        Mistake(
            "added_to_the_gradient",
            "You add the decay to the gradient and hand both to the rule. That is a penalty in the loss: right for "
            "SGD, while Adam divides it away. Give the rule the data's gradient, and decay beside it.",
            _weights_only(lambda w, g, rule, rate, decay: w - rule(g + decay * w)),
            WEIGHTS,
        ),
        Mistake(
            "keras_penalty_in_the_gradient",
            "You hand the rule the gradient of a penalty, decay times w^2. Give it the data's gradient alone.",
            _weights_only(lambda w, g, rule, rate, decay: w - rule(g + 2 * decay * w)),
            WEIGHTS,
        ),
        Mistake(
            "added_to_the_gradient_with_the_rate",
            "You add learning_rate * weight_decay * w to the gradient. The rule makes a step of its own out of that; "
            "SGD's multiplies by the rate again. Give the rule the data's gradient, and decay beside it.",
            _weights_only(lambda w, g, rule, rate, decay: w - rule(g + rate * decay * w)),
            WEIGHTS,
        ),
        Mistake(
            "rate_forgotten",
            "You decay by weight_decay without the learning rate. The factor is 1 - learning_rate * weight_decay.",
            _weights_only(lambda w, g, rule, rate, decay: (1 - decay) * w - rule(g)),
            WEIGHTS,
        ),
        Mistake(
            "rate_on_the_step_again",
            "You multiply the rule's step by the learning rate. The rate is in that step already.",
            _weights_only(lambda w, g, rule, rate, decay: (1 - rate * decay) * w - rate * rule(g)),
            WEIGHTS,
        ),
        Mistake(
            "biases_too",
            "You decay biases, as Keras does unless told otherwise. Here what has a single axis does not decay.",
            lambda w, g, rule, rate, decay: (1 - rate * decay) * w - rule(g),
            STEPS,
        ),
        Mistake(
            "exactly_two_axes",
            "You decay parameters with exactly two axes. The weights of a convolution have four: two or more.",
            lambda w, g, rule, rate, decay: (1 - rate * decay * (len(w.shape) == 2)) * w - rule(g),
            WEIGHTS,
        ),
        Mistake(
            "condition_turned_round",
            "You decay biases and leave weights alone. Turn your condition round: one axis is a bias.",
            lambda w, g, rule, rate, decay: (1 - rate * decay * (len(w.shape) < 2)) * w - rule(g),
            STEPS,
        ),
        Mistake(
            "one_row_taken_for_one_axis",
            "You take a parameter whose first axis has length 1 for a bias. Count the axes: `len(w.shape)`.",
            lambda w, g, rule, rate, decay: (1 - rate * decay * (w.shape[0] > 1)) * w - rule(g),
            STEPS,
        ),
        Mistake(
            "after_the_step",
            "You step first and decay the new weight, so a part of the step decays, too. Decay the old weight.",
            _weights_only(lambda w, g, rule, rate, decay: (1 - rate * decay) * (w - rule(g))),
            WEIGHTS,
        ),
        Mistake(
            "grows",
            "Your weight grows: the decay has the wrong sign. Subtract it.",
            _weights_only(lambda w, g, rule, rate, decay: (1 + rate * decay) * w - rule(g)),
            WEIGHTS,
        ),
        Mistake(
            "climbs",
            "You add the rule's step. Subtract it: rule(gradient) says what to take away.",
            _weights_only(lambda w, g, rule, rate, decay: (1 - rate * decay) * w + rule(g)),
            WEIGHTS,
        ),
        Mistake(
            "doubled",
            "You decay twice as much: the 2 belongs to the gradient of w^2, and there is no square here.",
            _weights_only(lambda w, g, rule, rate, decay: (1 - 2 * rate * decay) * w - rule(g)),
            WEIGHTS,
        ),
        Mistake(
            "both_ways",
            "You decay the weight and put a penalty into the gradient as well. Leave the gradient alone.",
            _weights_only(lambda w, g, rule, rate, decay: (1 - rate * decay) * w - rule(g + decay * w)),
            WEIGHTS,
        ),
        Mistake(
            "rule_ignored",
            "You take a step of plain SGD whatever the rule is. Let rule(gradient) make the step.",
            _weights_only(lambda w, g, rule, rate, decay: (1 - rate * decay) * w - rate * g),
            WEIGHTS,
        ),
        Mistake(
            "decay_through_the_rule",
            "You decay by rule(weight_decay * w): the rule turns it into a step of its own. Decay without the rule.",
            _weights_only(lambda w, g, rule, rate, decay: w - rule(g) - rule(decay * w)),
            WEIGHTS,
        ),
        Mistake(
            "no_decay",
            "Your weight does not decay. Take learning_rate * weight_decay * w away as well.",
            lambda w, g, rule, rate, decay: w - rule(g),
            STEPS,
        ),
        Mistake(
            "decay_only",
            "You decay the weight and leave out the step on the data loss. Subtract rule(gradient) as well.",
            _weights_only(lambda w, g, rule, rate, decay: (1 - rate * decay) * w),
            WEIGHTS,
        ),
    ),
)
