"""Exercise "Softmax twice": how low cross-entropy can get when the logits are confined to a range."""

from collections.abc import Iterator
from itertools import product

import keras
import numpy as np

from nnopt_course import losses
from nnopt_course._tensorflow import tf
from nnopt_course.checking.core import Exercise, Mistake, Probe
from nnopt_course.checking.observing import Look


def floor(classes: int, low: float, high: float) -> Look:
    """Look at the lowest loss for that many classes and that range of logits."""
    return lambda answer: answer(classes, low, high)


# Ends of the range that are not 0 and 1, of both signs; two classes, and more.
RANGES = (floor(3, -0.5, 2.0), floor(10, 0.25, 1.5), floor(2, -2.0, -0.75), floor(5, 1.0, 1.75))


def _at_the_corners(classes: int, low: float, high: float) -> float:
    """Return the smallest loss over all corners of the box of logits; between corners it is monotone in each logit."""
    corners = np.array(list(product([low, high], repeat=classes)), dtype=np.float64)
    return float((np.logaddexp.reduce(corners, axis=1) - corners[:, 0]).min())


def probes(rng: np.random.Generator) -> Iterator[Probe]:
    """Yield the probabilities of the title first, then other activations, a random range and the two extremes."""
    yield Probe(
        "10 classes, logits from 0 to 1", floor(10, 0.0, 1.0), 1.461150, "The table's column 'twice' stops there."
    )
    yield Probe("2 classes, logits from 0 to 1", floor(2, 0.0, 1.0), 0.313262)
    yield Probe("10 classes, logits from -1 to 1", floor(10, -1.0, 1.0), _at_the_corners(10, -1, 1))
    classes, low = int(rng.integers(3, 8)), -int(rng.integers(1, 9)) / 4
    high = low + int(rng.integers(3, 13)) / 4
    loss = _at_the_corners(classes, low, high)
    yield Probe(f"{classes} classes, logits from {low:g} to {high:g}", floor(classes, low, high), loss)
    same = "All logits are equal here, so the guess is uniform."
    yield Probe("4 classes, logits from 2 to 2", floor(4, 2.0, 2.0), np.log(4), same)
    yield Probe("10 classes, logits from -30 to 30", floor(10, -30.0, 30.0), 0.0)


def _scores(classes: int, low: float, high: float) -> np.ndarray:
    """Return the best logits, class 0 being right."""
    return np.where(np.arange(classes) == 0, float(high), float(low))


def _cross_entropy(scores: np.ndarray, right: int = 0) -> float:
    return np.log(np.exp(scores).sum()) - scores[right]


def _softmax(scores: np.ndarray) -> np.ndarray:
    return np.exp(scores) / np.exp(scores).sum()


EXERCISE = Exercise(
    function="lowest_loss",
    probes=probes,
    mistakes=(
        Mistake(
            "range_ignored",
            "You return the floor for logits from 0 to 1, whatever the range is. Use `low` and `high`.",
            lambda classes, low, high: _cross_entropy(_scores(classes, 0, 1)),
            RANGES,
        ),
        Mistake(
            "others_at_zero",
            "You put the wrong classes at 0. Put them at `low`, the least they can be.",
            lambda classes, low, high: _cross_entropy(_scores(classes, 0, high)),
            RANGES,
        ),
        Mistake(
            "right_class_counted_twice",
            "You count the right class among the wrong ones. There are classes - 1 others.",
            lambda classes, low, high: np.log(1 + classes * np.exp(low - high)),
            RANGES,
        ),
        Mistake(
            "right_score_not_subtracted",
            "You return the logarithm of the softmax's denominator only. Subtract the logit of the right class.",
            lambda classes, low, high: np.log(np.exp(_scores(classes, low, high)).sum()),
            RANGES,
        ),
        Mistake(
            "wrong_class_on_top",
            "You put a wrong class at `high` and the right one at `low`. The lowest loss has the right one on top.",
            lambda classes, low, high: _cross_entropy(_scores(classes, low, high), right=1),
            RANGES,
        ),
        Mistake(
            "highest_loss",
            "You return the highest loss: the right class at `low`, all others at `high`. Exchange the two ends.",
            lambda classes, low, high: _cross_entropy(_scores(classes, high, low)),
            RANGES,
        ),
        Mistake(
            "uniform_guess",
            "You return the loss of a uniform guess, log(classes). Put the logits as far apart as the range allows.",
            lambda classes, low, high: np.log(classes),
            RANGES,
        ),
        Mistake(
            "softmax_in_between",
            "You fell into the trap itself: your logits go through a softmax before the loss takes its own.",
            lambda classes, low, high: _cross_entropy(_softmax(_scores(classes, low, high))),
            RANGES,
        ),
        Mistake(
            "from_logits_forgotten",
            "You hand logits to a Keras loss that expects probabilities. Say from_logits=True.",
            lambda classes, low, high: keras.losses.sparse_categorical_crossentropy(
                tf.constant(0), tf.constant(_scores(classes, low, high))
            ),
            RANGES,
        ),
        Mistake(
            "sigmoid_not_softmax",
            "You score the right class alone, with a sigmoid. Softmax compares it with the other classes.",
            lambda classes, low, high: np.log(1 + np.exp(-high)),
            RANGES,
        ),
        Mistake(
            "probability_not_loss",
            "You return the probability of the right class. The loss is minus its natural logarithm.",
            lambda classes, low, high: _softmax(_scores(classes, low, high))[0],
            RANGES,
        ),
        Mistake(
            "weighted_by_the_probability",
            "You multiply by the right class's probability, as an entropy does. The truth gives that class weight 1.",
            lambda classes, low, high: (
                _softmax(_scores(classes, low, high))[0] * _cross_entropy(_scores(classes, low, high))
            ),
            RANGES,
        ),
        Mistake(
            "minus_forgotten",
            "You return the logarithm of the probability, a negative number. The loss is minus that.",
            lambda classes, low, high: -_cross_entropy(_scores(classes, low, high)),
            RANGES,
        ),
        Mistake(
            "bits_not_nats",
            "You use the logarithm to base 2. The loss is in nats: use the natural logarithm.",
            lambda classes, low, high: _cross_entropy(_scores(classes, low, high)) / np.log(2),
            RANGES,
        ),
        Mistake(
            "base_ten",
            "You use the logarithm to base 10. The loss is in nats: use the natural logarithm.",
            lambda classes, low, high: _cross_entropy(_scores(classes, low, high)) / np.log(10),
            RANGES,
        ),
        Mistake(
            "divided_by_the_classes",
            "You average over the classes. The loss of one example is the sum over its classes.",
            lambda classes, low, high: _cross_entropy(_scores(classes, low, high)) / classes,
            RANGES,
        ),
        Mistake(
            "logits_as_probabilities",
            "You hand logits to losses.cross_entropy, which expects probabilities. losses.softmax_cross_entropy takes "
            "logits.",
            lambda classes, low, high: losses.cross_entropy(np.eye(classes)[:1], _scores(classes, low, high)[None]),
            RANGES,
        ),
    ),
)
