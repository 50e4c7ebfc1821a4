"""The whole template against training written by hand in NumPy."""

import re
from itertools import combinations, product
from pathlib import Path

import numpy as np
import pytest
from sklearn.datasets import load_digits

from nnopt_course import network
from nnopt_course.template import forward
from nnopt_course.template.backward import backward
from nnopt_course.template.settings import LOSSES, OPTIMIZERS, PENALTIES, Settings

STEPS = 60  # six stairs of the schedule, six rounds through the data
RANDOM = np.random.RandomState(2)
X = RANDOM.randn(1300, 2)
RED = (X**2).sum(axis=1) < 2


def start(outputs):
    random = np.random.RandomState(0)
    return [random.randn(2, 11), np.full(11, 0.01), random.randn(11, outputs), np.full(outputs, 0.01)]


def loss_and_gradients(name, parameters, rows):
    """Return the loss of some rows and its gradients, worked out by hand for two layers with ReLU."""
    w1, b1, w2, b2 = parameters
    x, red = X[rows], RED[rows]
    z = x @ w1 + b1
    h = np.maximum(z, 0)
    out = h @ w2 + b2
    if name == "mse":
        error = out - red[:, np.newaxis]
        loss, d_out = np.mean(error**2), 2 * error / len(x)
    else:
        p = np.exp(out) / np.exp(out).sum(axis=1, keepdims=True)
        truth = np.stack([~red, red], axis=1)
        loss, d_out = -np.log(p[truth]).mean(), (p - truth) / len(x)
    d_z = (d_out @ w2.T) * (z > 0)
    return loss, [x.T @ d_z, d_z.sum(axis=0), h.T @ d_out, d_out.sum(axis=0)]


def penalty_of(s, weight):
    by_name = {"off": (0, 0 * weight), "l1": (abs(weight).sum(), np.sign(weight))}
    value, slope = by_name.get(s.penalty, ((weight**2).sum() / 2, weight))
    return s.strength * value, s.strength * slope


def by_hand(s):
    """Train in NumPy as the settings say; return parameters, shadows, last rate and last penalized loss."""
    p = start(1 if s.loss == "mse" else 2)
    m, v, shadows = [0 * w for w in p], [0 * w for w in p], [w.copy() for w in p]
    order = np.arange(300)
    shuffling = None if s.shuffle_seed is None else np.random.RandomState(s.shuffle_seed)
    for n in range(s.steps):
        if shuffling and n % 10 == 0:
            order = shuffling.permutation(300)
        _, g = loss_and_gradients(s.loss, p, order[n % 10 * 30 : n % 10 * 30 + 30])
        rate = 0.001 * 0.999 ** (n // 10) if s.decay else 0.001
        for i in range(4):
            if i in (0, 2):
                g[i] = g[i] + penalty_of(s, p[i])[1]
            if s.optimizer == "adam":
                m[i] = 0.9 * m[i] + 0.1 * g[i]
                v[i] = 0.999 * v[i] + 0.001 * g[i] ** 2
                correction = np.sqrt(1 - 0.999 ** (n + 1)) / (1 - 0.9 ** (n + 1))
                p[i] = p[i] - rate * correction * m[i] / (np.sqrt(v[i]) + 1e-8)
            else:
                m[i] = (0.9 if s.optimizer == "momentum" else 0) * m[i] - rate * g[i]
                p[i] = p[i] + m[i]
            d = min(s.average_decay, (1 + n) / (10 + n))
            shadows[i] = d * shadows[i] + (1 - d) * p[i]
    loss = loss_and_gradients(s.loss, p, slice(300))[0] + penalty_of(s, p[0])[0] + penalty_of(s, p[2])[0]
    return p, shadows if s.average else [], rate, loss


# Every penalty with every optimizer. The other switches take turns, each meeting each penalty and each optimizer.
COMBINATIONS = [
    Settings(
        penalty=penalty, optimizer=optimizer, loss=LOSSES[(i - j) % 3 == 1], steps=STEPS,
        decay=(i + j) % 3 > 0, average=(i + j) % 2 == 0, shuffle_seed=7 if (i + j) % 3 == 1 else None,
    )
    for (i, penalty), (j, optimizer) in product(enumerate(PENALTIES), enumerate(OPTIMIZERS))
]  # fmt: skip


def test_the_combinations_have_each_two_values_of_switches_together():
    switches = ["penalty", "optimizer", "loss", "decay", "average"]
    for first, second in combinations(switches, 2):
        met = {(getattr(s, first), getattr(s, second)) for s in COMBINATIONS}
        assert len(met) == len({a for a, _ in met}) * len({b for _, b in met}), (first, second)


def named(s):
    return "-".join([s.loss, s.optimizer, s.penalty])


@pytest.mark.parametrize("settings", [Settings(steps=STEPS), *COMBINATIONS], ids=named)
def test_every_combination_equals_numpy(settings):
    parameters, shadows, rate, loss = by_hand(settings)
    run = backward(settings)
    # Sixty updates of numbers around 1 in double precision; 1e-12 leaves room for a few thousand roundings.
    for got, want in zip([*run.parameters, *run.shadows], [*parameters, *shadows], strict=True):
        np.testing.assert_allclose(got, want, rtol=0, atol=1e-12)
    assert run.history.learning_rate[-1] == pytest.approx(rate, rel=1e-14)
    assert run.history.loss[-1] == pytest.approx(loss, abs=1e-12)


@pytest.mark.parametrize("settings", COMBINATIONS[1:3], ids=named)
def test_the_scores_are_those_of_numpy_on_the_thousand_other_points(settings):
    run = backward(settings)
    assert list(run.held_out) == (["weights", "shadows"] if settings.average else ["weights"])
    for parameters, score in zip([run.parameters, run.shadows], run.held_out.values(), strict=False):
        w1, b1, w2, b2 = parameters
        out = np.maximum(X[300:] @ w1 + b1, 0) @ w2 + b2
        says_red = out[:, 0] > 0.5 if out.shape[1] == 1 else out[:, 1] > out[:, 0]
        assert score["accuracy"] == np.mean(says_red == RED[300:])
        # A mean of a thousand numbers around 1, in another order of summation.
        loss = loss_and_gradients(settings.loss, parameters, slice(300, None))[0]
        assert score["loss"] == pytest.approx(loss, abs=1e-13)
    assert run.history.held_out_loss[-1] == pytest.approx(run.held_out["weights"]["loss"], abs=1e-13)


def test_the_defaults_make_the_listings_40000_updates_and_learn_the_disk():
    run = backward()
    assert run.history.step.tolist() == [*range(1, 40000, 2000), 40000]  # the rows that the listing prints
    assert run.history.learning_rate[-1] == pytest.approx(0.001 * 0.999**3999, rel=1e-12)  # the clock ticks
    assert run.history.loss[-1] < 0.15 < 1 < run.history.loss[0]
    assert run.held_out["weights"]["accuracy"] > 0.9  # always red would be 0.63


def test_the_digits_are_learned():
    run = backward(Settings(data="digits", loss="softmax_cross_entropy", hidden=(32,), steps=3000))
    assert [w.shape for w in run.parameters] == [(64, 32), (32,), (32, 10), (10,)]
    assert run.held_out["weights"]["accuracy"] > 0.9  # a guess would be 0.1


def test_mean_squared_error_of_the_digits_has_a_column_for_each():
    run = backward(Settings(data="digits", steps=3, penalty="off"))
    out = forward.forward(run.parameters, run.data.test.x).numpy()
    right = np.arange(10) == class_ids(run.data.test.x)[:, np.newaxis]
    assert run.held_out["weights"]["loss"] == pytest.approx(np.mean((out - right) ** 2), rel=1e-13)
    assert run.held_out["weights"]["accuracy"] == np.mean(right[np.arange(297), out.argmax(axis=1)])


def class_ids(images):
    """Look up images in scikit-learn's own list."""
    x, y = load_digits(return_X_y=True)
    return np.array([y[(x == image * 16).all(axis=1)].item() for image in images])


def test_nothing_in_the_package_imports_the_template():
    package = Path(network.__file__).parents[1]
    others = [path for path in package.rglob("*.py") if "template" not in path.relative_to(package).parts]
    assert len(others) > 30
    importing = re.compile(r"^\s*(?:from|import) .*\btemplate\b", re.MULTILINE)
    assert not [path for path in others if importing.search(path.read_text("utf-8"))]
