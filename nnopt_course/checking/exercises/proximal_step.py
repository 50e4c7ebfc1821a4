"""Exercise "Sparse means zero": one proximal step for L1, which puts small weights on zero exactly."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from nnopt_course._tensorflow import tf
from nnopt_course.checking.core import Exercise, Mistake, Probe
from nnopt_course.checking.observing import Answer, Look

TWO_PARTS = "First the gradient step on the data loss. Then toward zero by learning_rate * strength, and no farther."
EACH = f"{TWO_PARTS}\nDid an `if` fail? It cannot decide for all weights at once: tf.maximum and tf.where work on each."
EXACT = "Small is not zero: what would cross zero stops at it."


def numbers(values: Any) -> tf.Tensor:
    """Return a float64 tensor."""
    return tf.constant(values, tf.float64)


def moved(w: tf.Tensor, gradient: tf.Tensor, rate: float, strength: float) -> Look:
    """Look at the weights after the step."""
    return lambda answer: answer(w, gradient, rate, strength)


def zeros(w: tf.Tensor, gradient: tf.Tensor, rate: float, strength: float) -> Look:
    """Look at how many weights are exactly 0 after the step."""

    def look(answer: Answer) -> Any:
        after = answer(w, gradient, rate, strength)
        return None if after is None else np.sum(answer.run(np.asarray, after, np.float64) == 0)

    return look


# Weights that stay, that are cut, and that change sign in the gradient step; rates and strengths that are not 1.
STEPS = (
    moved(numbers([[3.0, -2.0, 0.05, -0.1]]), numbers([[1.0, -0.5, 0.0, 0.25]]), 0.1, 2.0),
    moved(numbers([[0.3], [-0.4], [1.0]]), numbers([[2.0], [-3.0], [0.0]]), 0.5, 0.6),
    moved(numbers([[0.9, -0.7], [0.0, 0.35]]), numbers([[4.0, -6.0], [2.0, 0.2]]), 0.25, 1.5),
)


def probes(rng: np.random.Generator) -> Iterator[Probe]:
    """Yield a flat data loss first, then a steep one, zeros, no penalty, and random numbers."""
    w, flat = numbers([[3.0, -2.0, 0.05, -0.1]]), numbers([[0.0, 0.0, 0.0, 0.0]])
    says = "w = (3, -2, 0.05, -0.1), learning_rate 0.1, strength 2,"
    yield Probe(f"{says} gradient 0", moved(w, flat, 0.1, 2.0), [[2.8, -1.8, 0.0, 0.0]], EACH)
    slope = numbers([[1.0, -0.5, 0.0, 4.0]])
    yield Probe(f"{says} gradient (1, -0.5, 0, 4)", moved(w, slope, 0.1, 2.0), [[2.7, -1.75, 0.0, -0.3]], TWO_PARTS)
    yield Probe(f"how many weights are exactly 0, {says} gradient 0", zeros(w, flat, 0.1, 2.0), 2, EXACT)
    w, slope = numbers([[0.3], [-0.4], [1.0], [0.2]]), numbers([[2.0], [-3.0], [0.0], [0.2]])
    says = "w = (0.3, -0.4, 1, 0.2), gradient (2, -3, 0, 0.2), learning_rate 0.5, strength 0.6"
    yield Probe(says, moved(w, slope, 0.5, 0.6), [[-0.4], [0.8], [0.7], [0.0]], TWO_PARTS)
    yield Probe(
        "strength 0: a plain gradient step", moved(w, slope, 0.5, 0.0), [[-0.7], [1.1], [1.0], [0.1]], TWO_PARTS
    )
    w, slope = rng.integers(-9, 10, size=(2, 4, 2)) / 8
    rate, strength = 0.5, int(rng.integers(2, 7)) / 8
    landed = (w - slope * rate).ravel()  # all multiples of 1/16, so that no number is nearly on the threshold
    cut = np.array([max(u - rate * strength, 0.0) + min(u + rate * strength, 0.0) for u in landed]).reshape(w.shape)
    random = (numbers(w), numbers(slope), rate, strength)
    yield Probe(f"eight random weights, learning_rate 0.5, strength {strength:g}", moved(*random), cut, TWO_PARTS)
    says = f"how many of eight random weights are exactly 0, learning_rate 0.5, strength {strength:g}"
    yield Probe(says, zeros(*random), np.sum(cut == 0), EXACT)


def _shrunk(u: tf.Tensor, threshold: float) -> tf.Tensor:
    return tf.sign(u) * tf.nn.relu(abs(u) - threshold)


def _after(formula: Callable[[tf.Tensor, float], tf.Tensor]) -> Callable:
    """Take the gradient step, then apply a formula to where it landed, with the right threshold."""
    return lambda w, g, rate, strength: formula(w - rate * g, rate * strength)


def _stopped_at_a_change_of_sign(w: tf.Tensor, g: tf.Tensor, rate: float, strength: float) -> tf.Tensor:
    step = w - rate * (g + strength * tf.sign(w))
    return tf.where(step * w < 0, tf.zeros_like(w), step)


EXERCISE = Exercise(
    function="proximal_step",
    probes=probes,
    mistakes=(
        Mistake(
            "gradient_step_on_l1",
            "You take a gradient step on the penalty. It carries small weights across zero: stop them there.",
            lambda w, g, rate, strength: w - rate * (g + strength * tf.sign(w)),
            STEPS,
        ),
        Mistake(
            "threshold_without_rate",
            "You move toward zero by `strength`. The step is as long as learning_rate * strength.",
            lambda w, g, rate, strength: _shrunk(w - rate * g, strength),
            STEPS,
        ),
        Mistake(
            "threshold_is_the_rate",
            "You move toward zero by `learning_rate`. The step is as long as learning_rate * strength.",
            lambda w, g, rate, strength: _shrunk(w - rate * g, rate),
            STEPS,
        ),
        Mistake(
            "hard_threshold",
            "You set small weights to zero and leave the others where they are. L1 pulls on those, too, by as much.",
            _after(lambda u, threshold: tf.where(abs(u) > threshold, u, 0.0)),
            STEPS,
        ),
        Mistake(
            "multiplied",
            "You shrink every weight by a factor. That is what L2 does, and it makes no zero: subtract.",
            _after(lambda u, threshold: u * (1 - threshold)),
            STEPS,
        ),
        Mistake(
            "divided",
            "You divide every weight by a factor. That is the proximal step of L2, and it makes no zero: subtract.",
            _after(lambda u, threshold: u / (1 + threshold)),
            STEPS,
        ),
        Mistake(
            "sign_lost",
            "Your negative weights come out positive. Put the sign of where the step landed back.",
            _after(lambda u, threshold: tf.nn.relu(abs(u) - threshold)),
            STEPS,
        ),
        Mistake(
            "negative_weights_cut",
            "You put every negative weight on zero. Move it up, toward zero, and stop there.",
            _after(lambda u, threshold: tf.nn.relu(u - threshold)),
            STEPS,
        ),
        Mistake(
            "maximum_after_the_sign",
            "You cut at 0 when the sign is back: negative weights vanish, and small ones turn up on the other side. "
            "Cut the distance from zero first.",
            _after(lambda u, threshold: tf.nn.relu(tf.sign(u) * (abs(u) - threshold))),
            STEPS,
        ),
        Mistake(
            "shifted_down",
            "You subtract the threshold from every weight. A negative one moves away from zero then: mind the sign.",
            _after(lambda u, threshold: u - threshold),
            STEPS,
        ),
        Mistake(
            "crosses_zero",
            "Your weights move by the whole threshold and cross zero. Those that are nearer stop at zero.",
            _after(lambda u, threshold: u - threshold * tf.sign(u)),
            STEPS,
        ),
        Mistake(
            "threshold_before_the_step",
            "You shrink the old weight and step after that, so the step leaves zero again. Step first, then shrink.",
            lambda w, g, rate, strength: _shrunk(w, rate * strength) - rate * g,
            STEPS,
        ),
        Mistake(
            "sign_of_the_old_weight",
            "You use the sign of the old weight. The gradient step may have changed it: take that of the new one.",
            lambda w, g, rate, strength: tf.sign(w) * tf.nn.relu(abs(w - rate * g) - rate * strength),
            STEPS,
        ),
        Mistake(
            "stopped_at_any_change_of_sign",
            "You stop every weight that changes sign, though the data alone may carry it across. Decide after the "
            "gradient step, by how far from zero it landed.",
            _stopped_at_a_change_of_sign,
            STEPS,
        ),
        Mistake(
            "returns_what_is_cut",
            "You return what the threshold takes away. Subtract it from where the gradient step landed.",
            _after(lambda u, threshold: tf.clip_by_value(u, -threshold, threshold)),
            STEPS,
        ),
        Mistake(
            "no_gradient_step",
            "You leave out the gradient step: the data have no say. Move by learning_rate * gradient first.",
            lambda w, g, rate, strength: _shrunk(w, rate * strength),
            STEPS,
        ),
        Mistake(
            "pulled_twice",
            "You put L1 into the gradient and shrink as well, so it pulls twice. Leave it out of the gradient.",
            lambda w, g, rate, strength: _shrunk(w - rate * (g + strength * tf.sign(w)), rate * strength),
            STEPS,
        ),
        Mistake(
            "gradient_without_rate",
            "You subtract the whole gradient. Multiply it by `learning_rate` before you shrink.",
            lambda w, g, rate, strength: _shrunk(w - g, rate * strength),
            STEPS,
        ),
        Mistake(
            "climbs",
            "You add the gradient. A step on the data loss goes against it.",
            lambda w, g, rate, strength: _shrunk(w + rate * g, rate * strength),
            STEPS,
        ),
    ),
)
