"""The contestants of the benchmark do the same work; how fast is shown by ``make bench`` and never asserted."""

from types import SimpleNamespace

import numpy as np
import pytest

from benchmarks import net, opt4_1, training
from benchmarks.contestants import Contestant

TASKS = pytest.mark.parametrize("task", training.TASKS.values(), ids=training.TASKS.keys())

# Float32 rounds updates of about 1e-3 on weights of about 1 by at most an ulp (1.2e-7), and few go the same way. On the
# net, Keras and TensorFlow 1 also take 1 - 0.999**t in float32, so Adam's first steps of 1e-3 are off by up to 3e-5 of
# themselves, and later gradients follow; they end 1.7e-6 away.
TOLERANCE = {opt4_1: 2e-6, net: 1e-5}


@TASKS
def test_all_contestants_reach_the_same_weights(task):
    steps = 1000  # Keras with steps_per_execution=1000 makes 1000 updates even when asked for fewer
    expected = task.numpy_by_hand(steps)
    before = [task.START] if task is opt4_1 else task.START
    for value, start in zip(expected, before, strict=False):
        assert np.abs(value - start).max() > 0.01  # so that a contestant that does nothing is found out
    for contestant in task.CONTESTANTS:
        run = contestant.make()
        results = run(steps)
        # The averages of Keras have no warmup, so it returns the weights alone.
        is_keras = contestant.name.startswith("Keras")
        assert len(results) == (len(before) if is_keras else len(expected)), contestant.name
        for got, want in zip(results, expected, strict=not is_keras):
            assert got.dtype == np.float32
            np.testing.assert_allclose(got, want, rtol=0, atol=TOLERANCE[task], err_msg=contestant.name)
        for first, again in zip(results, run(steps), strict=True):
            np.testing.assert_array_equal(again, first, err_msg=f"{contestant.name} does not start anew")


def test_the_net_has_every_switch_on():
    steps = 1000
    *weights, w1, b1, w2, b2 = net.whole_loop(steps)
    for weight, average in zip(weights, (w1, b1, w2, b2), strict=True):
        assert np.abs(weight - average).max() > 1e-4  # many times the tolerance above


@TASKS
def test_the_table_holds_every_contestant(task):
    medians = training.measure(task, rounds=1, scale=100)
    names = [contestant.name for contestant in task.CONTESTANTS]
    assert set(medians) == set(names) and all(seconds > 0 for seconds in medians.values())
    head, _, *lines = training.table(medians)
    assert [sum(line.startswith(f"| {name} ") for line in lines) for name in names] == [1] * len(names)
    assert len(lines) == len(names) and {line.count("|") for line in [head, *lines]} == {4}


@pytest.mark.parametrize("name", training.TASKS)
def test_every_goal_has_its_line(name):
    task = training.TASKS[name]
    medians = dict.fromkeys((contestant.name for contestant in task.CONTESTANTS), 1.0)
    assert [line.split(":")[0] for line in training.warm_goals(name, medians)] == ["NOT REACHED"] * len(task.GOALS)
    medians[training.OURS] = 1e-6
    assert [line.split(":")[0] for line in training.warm_goals(name, medians)] == ["reached"] * len(task.GOALS)


def test_the_first_call_counts_preparation_once_and_scales_the_updates(monkeypatch):
    clock = [0.0]

    def spend(seconds):
        clock[0] += seconds

    def make():
        spend(100)
        return lambda updates: spend(updates)

    task = SimpleNamespace(UPDATES=20, CONTESTANTS=[Contestant("slow", make, 5), Contestant("whole", make, 20)])
    monkeypatch.setattr(training.time, "perf_counter", lambda: clock[0])
    assert [training.first_call(task, name) for name in ("slow", "whole")] == [120, 120]
