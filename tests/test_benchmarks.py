"""The contestants of the benchmark do the same work; how fast is shown by ``make bench`` and never asserted.

JAX and PyTorch are compared where they are installed; the line that says they are missing is tested everywhere.
"""

import shutil
import sys
from types import SimpleNamespace

import numpy as np
import pytest

from benchmarks import by_hand, compiled_c, digits, measure, net, opt4_1, ours, peers
from benchmarks.problem import Contestant, Data, MissingError

TASKS = pytest.mark.parametrize("task", measure.TASKS.values(), ids=measure.TASKS.keys())
REQUIRED = {peers.OURS, peers.PLAIN, peers.NUMPY}  # and C where there is a compiler

# Float32 rounds updates of about 1e-3 on weights of about 1 by at most an ulp (1.2e-7), and few go the same way. On the
# nets, Keras, TensorFlow 1 and optax also take 1 - 0.999**t in float32, so Adam's first steps of 1e-3 are off by up to
# 3e-5 of themselves, and later gradients follow; they end 3.5e-6 away.
TOLERANCE = {opt4_1: 2e-6, net: 1e-5, digits: 1e-5}
# Keras with steps_per_execution=1000 makes 1000 updates even when asked for fewer. The many ReLUs of the digits make a
# tiny difference large when one of them changes sides; after 1000 updates JAX is 1e-3 away.
STEPS = {opt4_1: 1000, net: 1000, digits: 100}


def results_of(contestant, steps):
    """Return what a contestant reaches, twice, or nothing if it may be missing and is."""
    try:
        run = contestant.make()
    except MissingError:
        assert contestant.name not in REQUIRED
        assert not (contestant.name.startswith("C,") and shutil.which("cc"))
        return []
    return [run(steps), run(steps)]


@TASKS
def test_all_contestants_reach_the_same_weights(task):
    steps = STEPS[task]
    expected = by_hand.train(task.PROBLEM, steps)
    before = task.PROBLEM.start
    for value, start in zip(expected, before, strict=False):
        assert np.abs(value - start).max() > 0.01  # so that a contestant that does nothing is found out
    for contestant in task.CONTESTANTS:
        both = results_of(contestant, steps)
        # The averages of Keras have no warmup, so it returns the weights alone.
        is_keras = contestant.name.startswith("Keras")
        for results in both:
            assert len(results) == (len(before) if is_keras else len(expected)), contestant.name
            for got, want in zip(results, expected, strict=not is_keras):
                assert got.dtype == np.float32 and got.shape == want.shape
                np.testing.assert_allclose(got, want, rtol=0, atol=TOLERANCE[task], err_msg=contestant.name)
        for first, again in zip(*both, strict=True):
            np.testing.assert_array_equal(again, first, err_msg=f"{contestant.name} does not start anew")


def test_the_net_has_every_switch_on():
    *weights, w1, b1, w2, b2 = ours.whole_loop(net.PROBLEM, 1000)
    for weight, average in zip(weights, (w1, b1, w2, b2), strict=True):
        assert np.abs(weight - average).max() > 1e-4  # many times the tolerance above


def test_batches_are_consecutive_and_never_run_over_the_end():
    data = Data(np.arange(7), np.arange(7), batch_size=3)
    assert [x.tolist() for x, _ in data.batches(3)] == [[0, 1, 2], [3, 4, 5], [0, 1, 2]]


@TASKS
def test_every_contestant_is_measured_or_says_what_it_lacks(task):
    found = measure.warm(task.CONTESTANTS, rounds=1, scale=1000)
    assert list(sorted(found)) == sorted(contestant.name for contestant in task.CONTESTANTS)
    assert all(value > 0 if isinstance(value, float) else "no" in value for value in found.values())


@pytest.mark.parametrize(
    ("name", "package", "line"),
    [
        (peers.JAX, "jax", "JAX or optax not installed"),
        (peers.JAX, "optax", "JAX or optax not installed"),
        (peers.TORCH, "torch", "PyTorch not installed"),
    ],
)
def test_a_missing_package_is_a_line(name, package, line, monkeypatch):
    monkeypatch.setitem(sys.modules, package, None)  # its import raises
    contestant = next(c for c in opt4_1.CONTESTANTS if c.name == name)
    assert measure.warm([contestant], rounds=1) == {name: line}
    assert measure.first_call(opt4_1, name) == line


def test_a_missing_compiler_is_a_line(monkeypatch):
    monkeypatch.setattr(compiled_c.shutil, "which", lambda name: None)
    contestant = next(c for c in opt4_1.CONTESTANTS if c.name == peers.C)
    assert measure.warm([contestant], rounds=1) == {peers.C: "no C compiler"}


def test_times_are_medians_of_turns_per_update(monkeypatch):
    clock, log, costs = [0.0], [], {"quick": 1, "slow": 10}

    def make(name):
        def run(updates):
            log.append((name, updates))
            clock[0] += costs[name] * updates

        return lambda: run

    monkeypatch.setattr(measure.time, "perf_counter", lambda: clock[0])
    field = [Contestant("quick", make("quick"), 8), Contestant("slow", make("slow"), 4)]
    assert measure.warm(field, rounds=2) == {"quick": 1, "slow": 10}
    turn = [("quick", 2), ("quick", 8), ("slow", 1), ("slow", 4)]  # a quarter is not timed
    assert log == [("quick", 8), ("slow", 4), *turn, *turn]
    log.clear()
    assert measure.warm(field[:1], rounds=1, calls=3) == {"quick": 1}
    assert log == [("quick", 8)] * 5


def test_the_first_call_counts_preparation_once_and_scales_the_updates(monkeypatch):
    clock = [0.0]

    def spend(seconds):
        clock[0] += seconds

    def make():
        spend(100)
        return lambda updates: spend(updates)

    task = SimpleNamespace(UPDATES=20, CONTESTANTS=[Contestant("slow", make, 5), Contestant("whole", make, 20)])
    monkeypatch.setattr(measure.time, "perf_counter", lambda: clock[0])
    assert [measure.first_call(task, name) for name in ("slow", "whole")] == [120, 120]
