"""Exercise "Weights, not biases": one penalty over a list of parameters, of which only some are weights."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from nnopt_course._tensorflow import tf
from nnopt_course.checking.core import Exercise, Mistake, Probe
from nnopt_course.checking.observing import Answer, Look, Unusable

SQUARES = "Only w1 pays: the strength times the sum of its squares."
AXES = "Weights are the parameters with two axes or more, in whatever order they come and whatever they are called."
PULL = "A weight w is pulled by 2 * strength * w, a bias not at all."
_NO_GRADIENT = Unusable(
    "the gradient is None for every parameter, so the penalty pulls on none.\n"
    "NumPy, float(...) or .numpy() inside the function loses it: use the tf operations."
)


def parameters(**shapes: Sequence[int]) -> list[tf.Variable]:
    """Return float64 variables of the given names and shapes; no two numbers in them are alike."""
    numbers, made = iter(np.arange(1, 999) / 8), []
    for sign, (name, shape) in enumerate(shapes.items()):
        values = np.array([next(numbers) for _ in range(int(np.prod(shape)))]).reshape(shape)
        made.append(tf.Variable(values * (-1) ** sign, name=name, dtype=tf.float64))
    return made


def value(listed: list[tf.Variable], strength: float) -> Look:
    """Look at the penalty."""
    return lambda answer: answer(listed, strength)


def pull(listed: list[tf.Variable], strength: float) -> Look:
    """Look at the gradient with respect to all numbers in the list, one after another."""

    def look(answer: Answer) -> Any:
        with tf.GradientTape() as tape:
            penalty = answer(listed, strength)
        slopes = answer.run(tape.gradient, penalty, listed) if tf.is_tensor(penalty) else [None]
        if all(slope is None for slope in slopes):
            return _NO_GRADIENT
        pairs = zip(slopes, listed, strict=True)
        return np.concatenate([np.zeros(p.shape).ravel() if s is None else np.ravel(s) for s, p in pairs])

    return look


TWO_LAYERS = parameters(w1=(2, 3), b1=(3,), w2=(3, 1), b2=(1,))
NARROW_AND_WIDE = parameters(w1=(1, 1), b1=(50,), w2=(50, 1), b2=(1,))
LAYER_WITHOUT_BIAS = parameters(w1=(2, 2), w2=(2, 2), b2=(2,), w3=(2, 1))
CONVOLUTION = parameters(w1=(2, 2, 1, 3), b1=(3,), w2=(3, 1), b2=(1,))
OTHER_NAMES = parameters(w_scale=(3,), bilinear=(3, 2), b1=(2,), w2=(2, 2))

# On these four the first parameter is a weight.
LISTS = tuple(value(each, 0.3) for each in (TWO_LAYERS, LAYER_WITHOUT_BIAS, CONVOLUTION, NARROW_AND_WIDE))
NAMES = (*LISTS, value(OTHER_NAMES, 0.7))
# Of one number or of at least fifty, so that it does not matter where a rule about sizes draws the line.
SIZES = (value(NARROW_AND_WIDE, 0.3), value(parameters(w1=(1, 60), b1=(60,), w2=(60, 1), b2=(1,)), 0.7))


def _oracle(listed: list[tf.Variable], strength: float) -> float:
    """Return the penalty as a dot product of NumPy vectors."""
    flat = [each.numpy().ravel() for each in listed if len(each.shape) > 1]
    return strength * float(sum(vector @ vector for vector in flat))


def probes(rng: np.random.Generator) -> Iterator[Probe]:
    """Yield a layer first, then lists in which order, size and name mislead, the gradient and random values."""
    layer = parameters(w1=(2, 1), b1=(1,))  # 1/8, 2/8 and the bias -3/8
    yield Probe("w1 = (0.125, 0.25), b1 = -0.375 at strength 0.64", value(layer, 0.64), 0.05, SQUARES)
    for says, listed in [
        ("[w1, b1, w2, b2] of a network 2-3-1", TWO_LAYERS),
        ("[w1, w2, b2, w3]: the first layer has no bias", LAYER_WITHOUT_BIAS),
        ("[w1, b1, w2, b2] of a network 1-50-1 whose w1 has shape (1, 1)", NARROW_AND_WIDE),
        ("[w1, b1, w2, b2] with a convolution's w1 of shape (2, 2, 1, 3)", CONVOLUTION),
        ("[w_scale, bilinear, b1, w2], where w_scale has shape (3,) and bilinear (3, 2)", OTHER_NAMES),
    ]:
        yield Probe(f"{says}, strength 0.3", value(listed, 0.3), _oracle(listed, 0.3), AXES)
    flat = [2 * 0.3 * each.numpy().ravel() * (len(each.shape) > 1) for each in TWO_LAYERS]
    says = "the gradient for all parameters of a network 2-3-1"
    yield Probe(says, pull(TWO_LAYERS, 0.3), np.concatenate(flat), PULL)
    listed, strength = parameters(w1=(3, 2), b1=(2,), w2=(2, 2), b2=(2,)), int(rng.integers(1, 9)) / 10
    for each in listed:
        each.assign(rng.integers(-8, 9, size=each.shape) / 4 + 0.125)
    yield Probe(f"random parameters at strength {strength:g}", value(listed, strength), _oracle(listed, strength), AXES)


def _squares(parameter: tf.Variable) -> tf.Tensor:
    return tf.reduce_sum(tf.square(parameter))


def _over(keep: Callable[[tf.Variable], Any]) -> Callable:
    return lambda listed, strength: strength * sum([_squares(p) for p in listed if keep(p)], tf.zeros((), tf.float64))


def _weights(listed: list[tf.Variable]) -> list[tf.Variable]:
    return [p for p in listed if len(p.shape) > 1]


EXERCISE = Exercise(
    function="weights_penalty",
    probes=probes,
    mistakes=(
        Mistake(
            "biases_included",
            "You penalize every parameter, biases too. Leave out those with a single axis, whatever their names are.",
            _over(lambda p: True),
            NAMES,
        ),
        Mistake(
            "biases_only",
            "You penalize the biases and leave the weights alone. Turn your condition round.",
            _over(lambda p: len(p.shape) < 2),
            NAMES,
        ),
        Mistake(
            "first_weight_only",
            "You penalize the first weight only. Is the `return` inside the loop?",
            lambda listed, strength: strength * _squares(listed[0]),
            LISTS,
        ),
        Mistake(
            "last_weight_only",
            "You penalize the last weight only. Each turn of the loop replaces the sum: add to it.",
            lambda listed, strength: strength * _squares(_weights(listed)[-1]),
            NAMES,
        ),
        Mistake(
            "every_second_parameter",
            "You go by the place in the list, every second one. A layer may have no bias: look at each parameter.",
            lambda listed, strength: strength * tf.add_n([_squares(p) for p in listed[::2]]),
            NAMES,
        ),
        Mistake(
            "decided_by_name",
            "You decide by the name. Names are free: look at the number of axes.",
            _over(lambda p: p.name.startswith("w")),
            NAMES,
        ),
        Mistake(
            "decided_by_size",
            "You decide by how many numbers a parameter has. A layer of one input and one neuron has a single weight, "
            "and a wide one has many biases: count the axes.",
            _over(lambda p: tf.size(p) > 1),
            SIZES,
        ),
        Mistake(
            "exactly_two_axes",
            "You take parameters with exactly two axes. The weights of a convolution have four: two or more.",
            _over(lambda p: len(p.shape) == 2),
            NAMES,
        ),
        Mistake(
            "more_than_two_axes",
            "You take parameters with more than two axes. A dense layer's weight has two: two or more.",
            _over(lambda p: len(p.shape) > 2),
            NAMES,
        ),
        Mistake(
            "nothing_penalized",
            "Your penalty is 0: no parameter meets your condition. Names are free: look at the number of axes.",
            _over(lambda p: False),
            NAMES,
        ),
        Mistake(
            "first_axis_measured",
            "You look at how long the first axis is. A layer of one input has one row, and a bias may be long: count "
            "the axes.",
            _over(lambda p: p.shape[0] > 1),
            (*NAMES, SIZES[1]),
        ),
        Mistake(
            "mean_of_squares",
            "You average the squares of each weight. Add them: a penalty grows with the number of weights.",
            lambda listed, strength: strength * tf.add_n([tf.reduce_mean(tf.square(p)) for p in _weights(listed)]),
            NAMES,
        ),
        Mistake(
            "mean_over_the_layers",
            "You divide by the number of weights in the list. Add up what they pay.",
            lambda listed, strength: _over(lambda p: len(p.shape) > 1)(listed, strength) / len(_weights(listed)),
            NAMES,
        ),
        Mistake(
            "half_of_tf1",
            "You halve the sum, as TensorFlow 1 does. This exercise has Keras's form, without the half.",
            lambda listed, strength: strength * tf.add_n([tf.nn.l2_loss(p) for p in _weights(listed)]),
            NAMES,
        ),
        Mistake(
            "norms_not_squares",
            "You add the lengths of the weights, each with a root. Add the squares.",
            lambda listed, strength: strength * tf.add_n([tf.norm(p) for p in _weights(listed)]),
            NAMES,
        ),
        Mistake(
            "strength_squared",
            "You put the strength inside the square, so it counts twice. Multiply the squares by it.",
            lambda listed, strength: _over(lambda p: len(p.shape) > 1)(listed, strength**2),
            NAMES,
        ),
        Mistake(
            "strength_forgotten",
            "You return the sum of the squares. Multiply it by `strength`.",
            lambda listed, strength: _over(lambda p: len(p.shape) > 1)(listed, 1.0),
            NAMES,
        ),
        Mistake(
            "not_added_up",
            "You return one penalty for each weight. Add them into a single number.",
            lambda listed, strength: [strength * _squares(p) for p in _weights(listed)],
            NAMES,
        ),
    ),
)
