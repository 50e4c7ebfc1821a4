"""Exercise "Pick lambda on held-out data": choose a strength on one set of data, and report on another."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from nnopt_course.checking.core import Exercise, Mistake, Probe
from nnopt_course.checking.observing import Answer, Look, Unusable

Data = tuple[np.ndarray, np.ndarray]

FAIR = "Train on training, choose by the loss on held_out without a penalty, report that model's on test."


def fit(data: Data, strength: float) -> np.ndarray:
    """Return the weights that minimize ``loss(w, data, strength)``."""
    x, y = data
    return np.linalg.solve(x.T @ x / len(x) + strength * np.eye(x.shape[1]), x.T @ y / len(x))


def loss(w: np.ndarray, data: Data, strength: float) -> float:
    """Return the mean squared error plus ``strength`` times the sum of the squared weights."""
    x, y = data
    return float(np.mean((x @ w - y) ** 2) + strength * np.sum(w**2))


@dataclass(frozen=True)
class Problem:
    """Three sets of data that follow one law, and strengths to choose from."""

    strengths: Sequence[float]
    training: Data
    held_out: Data
    test: Data


def problem(strengths: Sequence[float], rng: Any) -> Problem:
    """Draw five examples to train on, and twelve each to choose and to report on."""
    truth = rng.uniform(-2, 2, size=(4, 1))
    sets = []
    for examples in (5, 12, 12):
        x = rng.uniform(-2, 2, size=(examples, 4))
        sets.append((x, x @ truth + rng.uniform(-1.5, 1.5, size=(examples, 1))))
    return Problem(strengths, *sets)


def choice(each: Problem) -> Look:
    """Look at the strength that is chosen and at the loss that is reported."""

    def look(answer: Answer) -> Any:
        pair = answer(each.training, each.held_out, each.test, list(each.strengths), fit, loss)
        if isinstance(pair, tuple | list) and any(np.ndim(item) for item in pair):
            return Unusable("you returned a pair that holds an array. Return two numbers: the strength, the test loss.")
        return pair

    return look


# In no order, so that stopping at the first rise is wrong; the best is neither first nor last nor an end.
ORDERS = ([1.0, 0.003, 0.1, 10.0, 0.03], [0.3, 3.0, 0.003, 0.03, 0.01], [3.0, 1.0, 0.01, 0.3, 0.03])
PROBLEMS = tuple(
    problem(order, np.random.RandomState(seed)) for seed, order in zip((172, 89, 109), ORDERS, strict=True)
)
CHOICES = tuple(choice(each) for each in PROBLEMS)


def _oracle(each: Problem) -> tuple[float, float]:
    """Return the fair choice, by least squares on data with one more row for each weight."""
    results = []
    for strength in each.strengths:
        x, y = each.training
        more = np.sqrt(strength * len(x)) * np.eye(x.shape[1])
        w = np.linalg.lstsq(np.vstack([x, more]), np.vstack([y, np.zeros((len(more), 1))]), rcond=None)[0]
        errors = [np.square(x @ w - y).mean() for x, y in (each.held_out, each.test)]
        results.append((*errors, strength))
    _, on_test, strength = min(results)
    return strength, on_test


def probes(rng: np.random.Generator) -> Iterator[Probe]:
    """Yield one strength to choose from first, then several."""
    single = replace(PROBLEMS[0], strengths=[0.3])
    yield Probe("(strength, test loss) with only 0.3 to choose from", choice(single), _oracle(single), FAIR)
    for each in PROBLEMS:
        says = f"(strength, test loss), strengths {', '.join(f'{strength:g}' for strength in each.strengths)}"
        yield Probe(says, choice(each), _oracle(each), FAIR)
    for _ in range(2):
        each = problem(list(rng.permutation([0.001, 0.01, 0.1, 1.0])), rng)
        yield Probe("(strength, test loss), random data", choice(each), _oracle(each), FAIR)


def _together(*sets: Data) -> Data:
    return tuple(np.concatenate(parts) for parts in zip(*sets, strict=True))


def _choosing(score: Callable, report: Callable | None = None, best: Callable = min) -> Callable:
    """Choose the strength with the ``best`` score, and report what ``report`` says of it.

    Both get the training, held-out and test data and a strength; the report is the fair one unless given.
    """

    def answer(training: Data, held_out: Data, test: Data, strengths: Sequence[float], *_: Callable) -> Any:
        sets = training, held_out, test
        strength = best(strengths, key=lambda each: score(*sets, each))
        return strength, (report or _fair_report)(*sets, strength)

    return answer


def _fair_score(training: Data, held_out: Data, test: Data, strength: float) -> float:
    return loss(fit(training, strength), held_out, 0.0)


def _fair_report(training: Data, held_out: Data, test: Data, strength: float) -> float:
    return loss(fit(training, strength), test, 0.0)


def _first_rise(training: Data, held_out: Data, test: Data, strengths: Sequence[float], *_: Callable) -> Any:
    sets, chosen = (training, held_out, test), strengths[0]
    for strength in strengths[1:]:
        if _fair_score(*sets, strength) > _fair_score(*sets, chosen):
            break
        chosen = strength
    return chosen, _fair_report(*sets, chosen)


def _index(training: Data, held_out: Data, test: Data, strengths: Sequence[float], *_: Callable) -> Any:
    strength, reported = _choosing(_fair_score)(training, held_out, test, strengths)
    return list(strengths).index(strength), reported


def _swapped(*given: Any) -> Any:
    return _choosing(_fair_score)(*given)[::-1]


def _last_model(training: Data, held_out: Data, test: Data, strengths: Sequence[float], *_: Callable) -> Any:
    chosen, _ = _choosing(_fair_score)(training, held_out, test, strengths)
    return chosen, _fair_report(training, held_out, test, strengths[-1])


def _lowest_test_loss(training: Data, held_out: Data, test: Data, strengths: Sequence[float], *_: Callable) -> Any:
    chosen, _ = _choosing(_fair_score)(training, held_out, test, strengths)
    return chosen, min(_fair_report(training, held_out, test, each) for each in strengths)


EXERCISE = Exercise(
    function="choose_strength",
    probes=probes,
    mistakes=(
        Mistake(
            "smallest_strength",
            "You choose the smallest strength, whatever it does: the loss on `training` always wants that, and so does "
            "a held-out loss of models that were all trained alike. Choose by what each model does on `held_out`.",
            _choosing(lambda training, held_out, test, s: loss(fit(training, s), training, 0.0)),
            CHOICES,
        ),
        Mistake(
            "chosen_on_test_data",
            "You choose by the loss on the test data, so the loss that you report was made low. Use `held_out`.",
            _choosing(lambda training, held_out, test, s: loss(fit(training, s), test, 0.0)),
            CHOICES,
        ),
        Mistake(
            "penalty_in_the_held_out_loss",
            "Your held-out loss contains the penalty, so a strength is judged by what it costs itself. "
            "Ask for the loss at strength 0.",
            _choosing(lambda training, held_out, test, s: loss(fit(training, s), held_out, s)),
            CHOICES,
        ),
        Mistake(
            "penalty_in_the_report",
            "You choose well, but the test loss that you report contains the penalty. Ask for it at strength 0.",
            _choosing(_fair_score, lambda training, held_out, test, s: loss(fit(training, s), test, s)),
            CHOICES,
        ),
        Mistake(
            "penalty_in_both",
            "Both your losses contain the penalty. Ask for them at strength 0: only training needs the penalty.",
            _choosing(
                lambda training, held_out, test, s: loss(fit(training, s), held_out, s),
                lambda training, held_out, test, s: loss(fit(training, s), test, s),
            ),
            CHOICES,
        ),
        Mistake(
            "largest_strength",
            "You choose the largest strength, whatever it does. Choose by the held-out loss.",
            _choosing(lambda training, held_out, test, s: -s),
            CHOICES,
        ),
        Mistake(
            "first_strength",
            "You report the first strength of the list. Is the `return` inside the loop?",
            lambda *sets: (sets[3][0], _fair_report(*sets[:3], sets[3][0])),
            CHOICES,
        ),
        Mistake(
            "smallest_gap",
            "You choose by the gap between held-out and training loss. A model that is bad at both has a small gap: "
            "choose by the held-out loss itself.",
            _choosing(lambda tr, held, test, s: abs(loss(fit(tr, s), held, 0.0) - loss(fit(tr, s), tr, 0.0))),
            CHOICES,
        ),
        Mistake(
            "last_strength",
            "You report the strength that was tried last. Keep the one with the lowest held-out loss.",
            lambda *sets: (sets[3][-1], _fair_report(*sets[:3], sets[3][-1])),
            CHOICES,
        ),
        Mistake(
            "highest_loss",
            "You choose the strength with the highest held-out loss. Turn the comparison round.",
            _choosing(_fair_score, best=max),
            CHOICES,
        ),
        Mistake(
            "stopped_at_the_first_rise",
            "You stop as soon as the held-out loss rises. The strengths come in no order: try all of them.",
            _first_rise,
            CHOICES,
        ),
        Mistake(
            "refitted_on_everything",
            "You train once more, on training and held-out data together. The exercise asks for the model that was "
            "chosen: train on `training` alone.",
            _choosing(_fair_score, lambda tr, held, test, s: loss(fit(_together(tr, held), s), test, 0.0)),
            CHOICES,
        ),
        Mistake(
            "trained_on_held_out_data_too",
            "You train on the data that are to choose, so they are no judge any more. Train on `training` alone.",
            _choosing(
                lambda tr, held, test, s: loss(fit(_together(tr, held), s), held, 0.0),
                lambda tr, held, test, s: loss(fit(_together(tr, held), s), test, 0.0),
            ),
            CHOICES,
        ),
        Mistake(
            "trained_on_held_out_data",
            "You train on `held_out`, and choose by what the models have seen. Train on `training`.",
            _choosing(
                lambda tr, held, test, s: loss(fit(held, s), held, 0.0),
                lambda tr, held, test, s: loss(fit(held, s), test, 0.0),
            ),
            CHOICES,
        ),
        Mistake(
            "trained_without_penalty",
            "You train without the penalty, so all your models are one. The strength belongs into `fit`; leave it out "
            "of `loss`.",
            _choosing(
                lambda tr, held, test, s: loss(fit(tr, 0.0), held, s),
                lambda tr, held, test, s: loss(fit(tr, 0.0), test, 0.0),
            ),
            CHOICES,
        ),
        Mistake(
            "last_model_reported",
            "You choose well and report the test loss of the model that was trained last. Keep the model of the best "
            "strength.",
            _last_model,
            CHOICES,
        ),
        Mistake(
            "lowest_test_loss_reported",
            "You report the lowest test loss of all models. It was made low by that choice: report that of the chosen "
            "model.",
            _lowest_test_loss,
            CHOICES,
        ),
        Mistake(
            "pair_swapped",
            "Your pair is in the other order. Return the strength first, then the loss on `test`.",
            _swapped,
            CHOICES,
        ),
        Mistake(
            "reports_the_held_out_loss",
            "You report the held-out loss of the model. It was chosen to be low there: report its loss on `test`.",
            _choosing(_fair_score, _fair_score),
            CHOICES,
        ),
        Mistake(
            "reports_the_training_loss",
            "You report the loss on the training data. Report that on `test`, which nothing has used yet.",
            _choosing(_fair_score, lambda training, held_out, test, s: loss(fit(training, s), training, 0.0)),
            CHOICES,
        ),
        Mistake(
            "index_not_strength",
            "You return the place of the strength in the list. Return the strength itself.",
            _index,
            CHOICES,
        ),
    ),
)
