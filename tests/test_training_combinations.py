"""Schedule, penalty, average and momentum in the compiled loop: all 16 combinations against NumPy written by hand."""

from itertools import product

import numpy as np
import pytest

from nnopt_course import datasets, losses, training
from nnopt_course.ema import MovingAverage
from nnopt_course.network import dense, initial_parameters
from nnopt_course.optimizers import SGD, Momentum
from nnopt_course.regularizers import L2
from nnopt_course.schedules import ExponentialDecay

DATA = datasets.disk()
START = initial_parameters((2, 11, 1), seed=1)
STEPS, BATCH, RATE, STRENGTH, MU, DECAY = 60, 30, 0.05, 0.01, 0.8, 0.9
SCHEDULE = ExponentialDecay(RATE, decay_steps=10, decay_rate=0.7, staircase=True)


def loss_of_net(parameters, x, y):
    return losses.mean_squared_error(y, dense(parameters, x))


def gradients(parameters, x, y):
    """Return the loss and its gradients, worked out by hand for two layers with ReLU."""
    w1, b1, w2, b2 = parameters
    z = x @ w1 + b1
    h = np.maximum(z, 0)
    error = h @ w2 + b2 - y
    d_out = 2 * error / error.size
    d_z = (d_out @ w2.T) * (z > 0)
    return np.mean(error**2), [x.T @ d_z, d_z.sum(axis=0), h.T @ d_out, d_out.sum(axis=0)]


def reference(schedule, penalty, average, momentum):
    """Train in NumPy; return parameters, shadows, last rate and last loss."""
    p = [value.copy() for value in START]
    velocity, shadows = [np.zeros_like(value) for value in p], [value.copy() for value in p]
    for n in range(STEPS):
        rate = RATE * 0.7 ** (n // 10) if schedule else RATE
        rows = slice(n * BATCH % 300, n * BATCH % 300 + BATCH)
        _, g = gradients(p, DATA.x[rows], DATA.y[rows])
        for i in range(4):
            if penalty and i in (0, 2):
                g[i] = g[i] + 2 * STRENGTH * p[i]
            velocity[i] = (MU if momentum else 0) * velocity[i] - rate * g[i]
            p[i] = p[i] + velocity[i]
            d = min(DECAY, (1 + n) / (10 + n))
            shadows[i] = d * shadows[i] + (1 - d) * p[i]
    loss, _ = gradients(p, *DATA)
    if penalty:
        loss += STRENGTH * ((p[0] ** 2).sum() + (p[2] ** 2).sum())
    return p, shadows if average else [], rate, loss


def run(schedule, penalty, average, momentum, **options):
    return training.train(
        loss_of_net,
        START,
        DATA,
        steps=STEPS,
        batch_size=BATCH,
        learning_rate=SCHEDULE if schedule else RATE,
        optimizer=Momentum(MU) if momentum else SGD(),
        penalty=L2(STRENGTH) if penalty else None,
        average=MovingAverage(DECAY) if average else None,
        **options,
    )


@pytest.mark.parametrize("switches", list(product([False, True], repeat=4)), ids=str)
def test_every_combination_equals_numpy(switches):
    parameters, shadows, rate, loss = reference(*switches)
    history = run(*switches)
    # Sixty updates of numbers around 1 in double precision; 1e-12 leaves room for a few thousand roundings.
    for got, want in zip(history.final, parameters, strict=True):
        np.testing.assert_allclose(got, want, rtol=0, atol=1e-12)
    assert len(history.shadows) == len(shadows)
    for got, want in zip(history.shadows, shadows, strict=True):
        np.testing.assert_allclose(got[-1], want, rtol=0, atol=1e-12)
    assert history.learning_rate[-1] == pytest.approx(rate, rel=1e-14)
    assert history.loss[-1] == pytest.approx(loss, abs=1e-12)


def test_each_switch_changes_something():
    plain = run(False, False, False, False)
    for i in (0, 1, 3):
        other = run(*(i == j for j in range(4)))
        assert np.abs(other.final[0] - plain.final[0]).max() > 1e-4
    averaged = run(False, False, True, False)
    assert np.array_equal(averaged.final[0], plain.final[0])  # an average only watches
    assert np.abs(averaged.shadows[0][-1] - plain.final[0]).max() > 1e-4


def test_the_plain_graph_agrees_with_the_compiled_one():
    compiled, plain = run(True, True, True, True), run(True, True, True, True, jit=False)
    for got, want in zip([*compiled.final, *compiled.shadows], [*plain.final, *plain.shadows], strict=True):
        np.testing.assert_allclose(got, want, rtol=0, atol=1e-12)


def test_records_the_rate_of_the_update_just_made():
    history = run(True, False, False, False, record_every=7)
    assert history.learning_rate == pytest.approx([SCHEDULE(int(step) - 1) for step in history.step], rel=1e-14)


def test_schedules_of_equal_value_share_a_program():
    calls = []

    def counted(parameters):
        calls.append(1)
        return (parameters[0] + 1) ** 2

    for _ in range(2):
        training.train(counted, [5.0], steps=3, learning_rate=ExponentialDecay(0.1, 1, 0.99))
    first = len(calls)
    training.train(counted, [5.0], steps=3, learning_rate=ExponentialDecay(0.1, 1, 0.98))
    assert len(calls) == 2 * first


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"penalty": L2(0.1)}, ValueError, r"penalty needs a parameter of two axes or more, got shapes \[\(\)\]"),
        ({"penalty": 0.1}, TypeError, r"penalty must be a hashable function, got 0\.1"),
        ({"average": 0.99}, TypeError, r"average must be a hashable function, got 0\.99"),
        ({"optimizer": None}, TypeError, "optimizer must be a hashable function, got None"),
    ],
)
def test_a_wrong_part_is_refused(change, error, message):
    with pytest.raises(error, match=message):
        training.train(lambda p: (p[0] + 1) ** 2, [np.float64(5)], steps=3, learning_rate=0.1, **change)


def test_a_schedule_that_lets_the_loss_diverge_is_named():
    with pytest.raises(training.DivergenceError, match="stopped being finite at update"):
        training.train(lambda p: (p[0] + 1) ** 4, [5.0], steps=50, learning_rate=ExponentialDecay(10.0, 1, 1.0))
