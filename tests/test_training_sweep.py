"""Sweeps: many runs as one program, each with the bits of a run of its own."""

import numpy as np
import pytest

from nnopt_course import datasets, losses, training
from nnopt_course.ema import MovingAverage
from nnopt_course.network import dense, initial_parameters
from nnopt_course.optimizers import Adam, ProximalSGD
from nnopt_course.regularizers import HalfL2, soft_threshold
from nnopt_course.schedules import ExponentialDecay

TRAIN, TEST = datasets.split(datasets.disk(examples=80), test_examples=20)
STARTS = [initial_parameters((2, 5, 1), seed=seed) for seed in range(4)]
FIELDS = ("step", "learning_rate", "loss", "held_out_loss")


def loss_of_net(parameters, x, y):
    return losses.mean_squared_error(y, dense(parameters, x))


def bowl(parameters):
    return (parameters[0] + 1) ** 2


def assert_same_bits(got, want):
    for field in FIELDS:
        assert np.array_equal(getattr(got, field), getattr(want, field)), field
    for kind in ("parameters", "shadows"):
        for a, b in zip(getattr(got, kind), getattr(want, kind), strict=True):
            assert np.array_equal(a, b), kind


SET_UPS = {
    "everything": {
        "optimizer": Adam(),
        "penalty": HalfL2(0.01),
        "average": MovingAverage(0.9),
        "held_out": TEST,
        "batch_size": 16,
        "record_every": 7,
    },
    "proximal": {"optimizer": ProximalSGD(soft_threshold, strength=0.1), "record_parameters": False, "batch_size": 60},
}


@pytest.mark.parametrize("jit", [True, False])
@pytest.mark.parametrize("set_up", SET_UPS.values(), ids=SET_UPS)
def test_every_run_has_the_bits_of_a_run_of_its_own(set_up, jit):
    rates, seeds = [0.1, 0.03, 0.01, 0.003], [3, 1, 4, 1]
    options = {"steps": 40, "jit": jit, **set_up}
    runs = training.sweep(loss_of_net, STARTS, TRAIN, learning_rate=rates, shuffle_seed=seeds, **options)
    assert len(runs) == 4
    for run, start, rate, seed in zip(runs, STARTS, rates, seeds, strict=True):
        alone = training.train(loss_of_net, start, TRAIN, learning_rate=rate, shuffle_seed=seed, **options)
        assert_same_bits(run, alone)


def test_runs_may_share_a_schedule_and_a_seed():
    schedule = ExponentialDecay(0.1, decay_steps=10, decay_rate=0.5)
    options = {"steps": 30, "learning_rate": schedule, "shuffle_seed": 5, "batch_size": 7, "record_every": 4}
    runs = training.sweep(loss_of_net, STARTS, TRAIN, **options)
    for run, start in zip(runs, STARTS, strict=True):
        assert_same_bits(run, training.train(loss_of_net, start, TRAIN, **options))


def test_hundreds_of_rates_equal_the_closed_form():
    rates = np.linspace(0.001, 0.999, 300)
    runs = training.sweep(bowl, [[np.float64(5)]] * 300, steps=100, learning_rate=rates, record_every=9)
    step = runs[0].step
    got = np.array([run.parameters[0] for run in runs])
    # A step rounds numbers of size 6, by 4.4e-16 at most, and shrinks the errors of the steps before: 1e-13 is ample.
    want = 6 * (1 - 2 * rates[:, np.newaxis]) ** step - 1
    np.testing.assert_allclose(got, want, rtol=0, atol=1e-13)


class Counting:
    """A loss that counts how often its Python body runs, which is only while a program is traced."""

    def __init__(self):
        self.calls = 0

    def __call__(self, parameters):
        self.calls += 1
        return bowl(parameters)


def test_a_sweep_is_one_program_and_other_rates_find_it_again():
    loss = Counting()
    training.sweep(loss, [[np.float64(5)]] * 50, steps=10, learning_rate=np.linspace(0.1, 0.9, 50))
    once = loss.calls
    assert once <= 4  # while tracing, and not once for each of the 50 runs
    training.sweep(loss, [[np.float64(3)]] * 50, steps=99, learning_rate=np.linspace(0.2, 0.8, 50))
    assert loss.calls == once


def test_a_run_that_diverges_stops_the_sweep_and_is_named():
    with pytest.raises(training.DivergenceError, match=r"^run 1: a loss, .* at update \d+ of 900 .*now 3\.0\)"):
        training.sweep(bowl, [[np.float64(5)]] * 3, steps=900, learning_rate=[0.1, 3.0, 0.2])


@pytest.mark.parametrize("jit", [True, False])
def test_where_it_is_allowed_a_diverged_run_ends_early_and_the_others_go_on(jit):
    options = {"steps": 900, "record_every": 50, "jit": jit}
    runs = training.sweep(bowl, [[np.float64(5)]] * 3, learning_rate=[0.1, 3.0, 0.2], allow_divergence=True, **options)
    for run, rate in zip(runs[::2], (0.1, 0.2), strict=True):
        alone = training.train(bowl, [np.float64(5)], learning_rate=rate, **options)
        assert_same_bits(run, alone)
        assert run.diverged_at is None
    lost = runs[1]
    # The loss after t updates is (6 * 5**t)**2; beyond 1.8e308 it is infinite, which the batch of update t + 1 shows.
    last = max(t for t in range(900) if 2 * np.log10(6) + 2 * t * np.log10(5) < np.log10(np.finfo(float).max))
    assert last < lost.diverged_at <= last + 2
    assert lost.step.tolist() == [step for step in range(1, 900, 50) if step <= last]
    np.testing.assert_allclose(lost.loss, (6 * 5.0**lost.step) ** 2, rtol=1e-10)  # some hundred roundings of 1e-16
    assert np.isfinite(lost.parameters[0]).all()


def test_a_diverged_run_stays_out_of_all_later_legs(tmp_path):
    options = {"steps": 900, "record_every": 50, "learning_rate": [0.1, 3.0], "allow_divergence": True}
    whole = training.sweep(bowl, [[np.float64(5)]] * 2, **options)
    legs = training.sweep(bowl, [[np.float64(5)]] * 2, checkpoint=tmp_path / "runs.npz", checkpoint_every=70, **options)
    for got, want in zip(legs, whole, strict=True):
        assert_same_bits(got, want)
        assert got.diverged_at == want.diverged_at


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"starts": np.zeros((2, 1))}, TypeError, "starts must be a list of lists of arrays, got ndarray"),
        ({"starts": [np.zeros(1)] * 2}, TypeError, "parameters must be a list or tuple of arrays, got ndarray"),
        ({"starts": []}, ValueError, "starts must hold the parameters of at least one run, got none"),
        ({"starts": [[np.float64(1)], []]}, ValueError, r"same shapes for every run, got \[\(\)\] and \[\]"),
        ({"starts": [[np.float64(1)], [np.ones(2)]]}, ValueError, r"same shapes .* got \[\(\)\] and \[\(2,\)\]"),
        ({"starts": [[np.float64(1)], [np.float32(1)]]}, TypeError, "one floating dtype, got float64 .* and float32"),
        ({"starts": [[np.float64(1)], [np.nan]]}, (TypeError, ValueError), "parameters must"),
        ({"learning_rate": [0.1]}, ValueError, "learning_rate must be one for each of the 2 runs, got 1"),
        ({"learning_rate": []}, ValueError, "learning_rate must be one for each of the 2 runs, got 0"),
        ({"learning_rate": [0.1, -0.1]}, ValueError, r"learning_rate must be finite and above 0, got -0\.1"),
        ({"learning_rate": [0.1, np.nan]}, ValueError, "learning_rate must be finite and above 0, got nan"),
        ({"learning_rate": [[0.1], [0.2]]}, TypeError, r"learning_rate must be a number, got \[0\.1\]"),
        ({"learning_rate": ["0.1", "0.2"]}, TypeError, r"learning_rate must be a number, got '0\.1'"),
        (
            {"learning_rate": [ExponentialDecay(0.1, 1, 0.9), ExponentialDecay(0.2, 1, 0.9)]},
            ValueError,
            "learning_rate must be numbers or one schedule for all runs, got ",
        ),
        ({"shuffle_seed": [1, 2, 3]}, ValueError, "shuffle_seed must be one for each of the 2 runs, got 3"),
        ({"steps": 0}, ValueError, "steps must be at least 1, got 0"),
        ({"allow_divergence": 1}, TypeError, "allow_divergence must be True or False, got 1"),
        ({"step": 3, "batchsize": 4}, TypeError, "options must be keyword arguments of train, got batchsize, step"),
    ],
)
def test_a_wrong_argument_is_refused_with_its_value(change, error, message):
    arguments = {"starts": [[np.float64(5)]] * 2, "steps": 3, "learning_rate": 0.1} | change
    with pytest.raises(error, match=message):
        training.sweep(bowl, arguments.pop("starts"), **arguments)


def test_seeds_for_some_runs_only_are_refused():
    with pytest.raises(TypeError, match="shuffle_seed must be an integer, got None"):
        training.sweep(loss_of_net, STARTS[:2], TRAIN, steps=3, learning_rate=0.1, batch_size=7, shuffle_seed=[1, None])
