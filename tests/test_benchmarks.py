"""The contestants of the benchmark do the same work; how fast is shown by ``make bench`` and never asserted.

JAX and PyTorch are no part of the environment: ``nox -s peers`` installs them and compares them too.
"""

import os
import shutil
import sys
from types import SimpleNamespace

import numpy as np
import pytest

from benchmarks import digits, measure, net, opt4_1, with_numpy, with_train
from benchmarks.contestants import C_FAST, JAX, JAX_ONE_KERNEL, TORCH, C, Contestant
from benchmarks.problem import Data

# Float32 rounds updates of about 1e-3 on weights of about 1 by at most an ulp (1.2e-7), and few go the same way. On the
# nets, Keras, TensorFlow 1 and optax also take 1 - 0.999**t in float32, so Adam's first steps of 1e-3 are off by up to
# 3e-5 of themselves, and later gradients follow; they end 3.5e-6 away.
TOLERANCE = {opt4_1: 2e-6, net: 1e-5, digits: 1e-5}
# Keras with steps_per_execution=1000 makes 1000 updates even when asked for fewer. The many ReLUs of the digits make a
# tiny difference large when one of them changes sides; after 1000 updates JAX is 1e-3 away.
STEPS = {opt4_1: 1000, net: 1000, digits: 100}


def cases():
    for name, task in measure.TASKS.items():
        for contestant in task.CONTESTANTS:
            marks = pytest.mark.peers if contestant.name in (JAX, JAX_ONE_KERNEL, TORCH) else ()
            yield pytest.param(task, contestant, id=f"{name}, {contestant.name}", marks=marks)


@pytest.mark.parametrize(("task", "contestant"), list(cases()))
def test_every_contestant_reaches_the_weights_of_numpy(task, contestant):
    if contestant.name in (C, C_FAST) and shutil.which("cc") is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("no C compiler is installed, so C was not tried")
    run = contestant.make()
    results = run(STEPS[task])
    expected = with_numpy.make(task.PROBLEM)(STEPS[task])
    if contestant.name.startswith("Keras"):  # its averages have no warmup, so it returns the weights alone
        expected = expected[: len(task.PROBLEM.start)]
    for start, got, want in zip(task.PROBLEM.start, results, expected, strict=False):
        assert np.abs(want - start).max() > 0.01  # so that a contestant that does nothing is found out
        assert np.abs(got - start).max() > 0.01
    for got, want in zip(results, expected, strict=True):
        assert got.dtype == np.float32 and got.shape == want.shape
        np.testing.assert_allclose(got, want, rtol=0, atol=TOLERANCE[task])
    for again, first in zip(run(STEPS[task]), results, strict=True):
        np.testing.assert_array_equal(again, first, err_msg="it does not start anew")
    assert np.array([1e-308]) / 4 > 0, "it turned off subnormal numbers for the whole process"


def test_the_net_has_every_switch_on():
    *weights, w1, b1, w2, b2 = with_train.make(net.PROBLEM)(1000)
    for weight, average in zip(weights, (w1, b1, w2, b2), strict=True):
        assert np.abs(weight - average).max() > 1e-4  # many times the tolerance above


def test_batches_are_consecutive_and_never_run_over_the_end():
    data = Data(np.arange(7), np.arange(7), batch_size=3)
    assert [x.tolist() for x, _ in data.batches(3)] == [[0, 1, 2], [3, 4, 5], [0, 1, 2]]


def contestant_of(task, name):
    return next(c for c in task.CONTESTANTS if c.name == name)


@pytest.mark.parametrize(("name", "package"), [(JAX, "jax"), (TORCH, "torch")])
def test_a_missing_package_is_a_line(name, package, monkeypatch):
    monkeypatch.delitem(sys.modules, f"benchmarks.with_{package}", raising=False)
    monkeypatch.setitem(sys.modules, package, None)  # its import raises
    line = measure.first_call("opt4_1", name)
    assert package in line and measure.warm([contestant_of(opt4_1, name)], rounds=1) == {name: line}


def test_a_missing_compiler_is_a_line(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert measure.warm([contestant_of(opt4_1, C)], rounds=1) == {C: "no C compiler"}


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
    once = [("quick", 8), ("slow", 4)]
    turns = [("quick", 8), ("quick", 8), ("slow", 4), ("slow", 4)]  # the first of each is not timed
    assert log == [*once, *turns, *turns]
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
    monkeypatch.setattr(measure, "TASKS", {"task": task})
    monkeypatch.setattr(measure.time, "perf_counter", lambda: clock[0])
    assert [measure.first_call("task", name) for name in ("slow", "whole")] == [120, 120]
