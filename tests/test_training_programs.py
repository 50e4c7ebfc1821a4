"""Compiled programs: found again where nothing but numbers changed, and compiled with the user's flags kept."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from nnopt_course import datasets, losses, training
from nnopt_course._tensorflow import tf
from nnopt_course.optimizers import SGD

ROOT = Path(__file__).resolve().parents[1]


class Counting:
    """A loss that counts how often its Python body runs, which is only while a program is traced."""

    def __init__(self):
        self.calls = 0

    def __call__(self, parameters, x, y):
        self.calls += 1
        return losses.mean_squared_error(y, x @ parameters[0])


@pytest.fixture
def traced():
    """Return a loss of which a first program exists, and how to train it."""
    loss = Counting()

    def train(**change):
        arguments = {"steps": 20, "learning_rate": 0.1, "batch_size": 8} | change
        start = [np.full((2, 1), arguments.pop("start", 0.0))]
        return training.train(loss, start, arguments.pop("data", datasets.yogurt()), **arguments)

    train()
    assert loss.calls > 0
    return loss, train


@pytest.mark.parametrize(
    "change",
    [{}, {"learning_rate": 0.2}, {"steps": 700}, {"start": 3.0}, {"data": datasets.yogurt(seed=1)}],
    ids=lambda change: next(iter(change), "nothing"),
)
def test_another_number_does_not_trace_again(traced, change):
    loss, train = traced
    calls = loss.calls
    run = train(**change)
    assert loss.calls == calls
    fresh = Counting()
    expected = training.train(
        fresh,
        [np.full((2, 1), change.get("start", 0.0))],
        change.get("data", datasets.yogurt()),
        steps=change.get("steps", 20),
        learning_rate=change.get("learning_rate", 0.1),
        batch_size=8,
    )
    assert fresh.calls > 0
    assert run.final[0].tolist() == expected.final[0].tolist()  # the kept program used the new number


def test_an_optimizer_of_equal_value_does_not_trace_again(traced):
    loss, train = traced
    calls = loss.calls
    train(optimizer=SGD())
    assert loss.calls == calls


@pytest.mark.parametrize("change", [{"batch_size": 4}, {"jit": False}, {"data": datasets.yogurt(examples=16)}])
def test_another_set_up_traces_again(traced, change):
    loss, train = traced
    calls = loss.calls
    train(**change)
    assert loss.calls > calls


@pytest.mark.parametrize("jit", [True, False])
def test_a_loss_that_raises_leaves_tensorflow_as_it_was(jit):
    def broken(parameters):
        raise ValueError("a mistake in the loss")

    with pytest.raises(ValueError, match="a mistake in the loss"):
        training.train(broken, [np.float64(5)], steps=3, learning_rate=0.1, jit=jit)
    variable = tf.Variable(1.0)
    average = tf.train.ExponentialMovingAverage(0.9)  # works with variable scopes, which tf.map_fn leaves broken
    average.apply([variable])
    assert float(average.average(variable)) == 1


def not_for_xla(parameters):
    distinct, _ = tf.unique(tf.constant([1, 2, 2]))
    seen = tf.numpy_function(lambda values: values.astype(np.float64).sum(), [distinct], tf.float64)
    return (parameters[0] + 1) ** 2 + 0 * tf.ensure_shape(seen, [])


def test_jit_false_runs_what_xla_lacks():
    with pytest.raises((tf.errors.UnimplementedError, tf.errors.InvalidArgumentError)):
        training.train(not_for_xla, [np.float64(5)], steps=3, learning_rate=0.5)
    run = training.train(not_for_xla, [np.float64(5)], steps=3, learning_rate=0.5, jit=False)
    assert run.final[0] == -1


SCRIPT = """
import importlib, json, os
from nnopt_course._tensorflow import tf

def flags_after_import(version, flags):
    tf.__version__ = version
    if flags is not None:
        os.environ["XLA_FLAGS"] = flags
    else:
        os.environ.pop("XLA_FLAGS", None)
    importlib.reload(training._program)
    return os.environ.get("XLA_FLAGS")

version = tf.__version__
from nnopt_course import training
first = os.environ["XLA_FLAGS"]
run = training.train(lambda p: (p[0] + 1) ** 2, [5.0], steps=3, learning_rate=0.5)
own = "--xla_backend_extra_options=xla_cpu_small_while_loop_byte_threshold=1024"
print(json.dumps({
    "version": version,
    "first": first,
    "final": float(run.final[0]),
    "unset": flags_after_import("2.21.7", None),
    "own threshold": flags_after_import("2.21.0", own),
    "other version": flags_after_import("2.22.0", None),
    "other version, own flag": flags_after_import("2.22.0", "--xla_cpu_enable_fast_math=false"),
}))
"""


def test_the_users_xla_flags_are_kept_and_ours_only_added_for_the_version_it_was_tested_with():
    users = "--xla_cpu_enable_fast_math=false"
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], cwd=ROOT, env=os.environ | {"XLA_FLAGS": users}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    ours = "--xla_backend_extra_options=xla_cpu_small_while_loop_byte_threshold=65536"
    assert said["first"] == (f"{users} {ours}" if said["version"].startswith("2.21.") else users)
    assert said["final"] == -1  # XLA accepted the flags: it aborts the process over one that it does not know
    assert said["unset"] == ours
    assert said["own threshold"] == "--xla_backend_extra_options=xla_cpu_small_while_loop_byte_threshold=1024"
    assert said["other version"] is None
    assert said["other version, own flag"] == users
