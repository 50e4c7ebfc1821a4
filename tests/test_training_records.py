"""What a run records besides its parameters: the loss on held-out data, long histories, and its progress."""

import io
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from nnopt_course import datasets, losses, training
from nnopt_course._tensorflow import tf
from nnopt_course.ema import MovingAverage
from nnopt_course.regularizers import L2

ROOT = Path(__file__).parents[1]
DATA, FRESH, W = datasets.yogurt(), datasets.yogurt(examples=50, seed=1), np.zeros((2, 1))


def line(parameters, x, y):
    return losses.mean_squared_error(y, x @ parameters[0])


def train(**change):
    options = {"steps": 40, "learning_rate": 0.1, "batch_size": 8} | change
    return training.train(line, [W], DATA, **options)


@pytest.mark.parametrize("jit", [True, False])
def test_the_held_out_loss_is_that_of_the_held_out_data_without_the_penalty(jit):
    run = train(held_out=FRESH, penalty=L2(0.5), record_every=3, jit=jit)
    squares = (FRESH.x @ run.parameters[0] - FRESH.y) ** 2
    # A mean of 50 non-negative terms: some ulp.
    np.testing.assert_allclose(run.held_out_loss, squares.mean(axis=(1, 2)), rtol=1e-13)
    on_all = ((DATA.x @ run.parameters[0] - DATA.y) ** 2).mean(axis=(1, 2)) + 0.5 * (run.parameters[0] ** 2).sum((1, 2))
    np.testing.assert_allclose(run.loss, on_all, rtol=1e-13)


def test_watching_changes_nothing():
    alone, watched = train(record_every=1), train(record_every=1, held_out=FRESH, average=MovingAverage(0.9))
    assert alone.held_out_loss is None
    np.testing.assert_array_equal(watched.parameters[0], alone.parameters[0])
    np.testing.assert_array_equal(watched.loss, alone.loss)


@pytest.mark.parametrize(
    ("held_out", "error", "message"),
    [
        (
            (FRESH.x, FRESH.y[:5]),
            ValueError,
            r"held_out must have .* many rows, got shapes \[\(50, 2\), \(5, 1\)\]",
        ),
        ((FRESH.x[:0], FRESH.y[:0]), ValueError, r"held_out must have one row .* got shapes \[\(0, 2\), \(0, 1\)\]"),
        (datasets.yogurt(dtype=np.float32), TypeError, r"held_out\[0\] must have the .* float64, got float32"),
        ((FRESH.x,), TypeError, "missing 1 required positional argument: 'y'"),
    ],
)
def test_bad_held_out_data_is_refused(held_out, error, message):
    with pytest.raises(error, match=message):
        train(held_out=held_out)


@pytest.mark.parametrize("record_every", [1, None])
def test_held_out_data_with_bad_values_is_reported(record_every):
    y = FRESH.y.copy()
    y[-1] = np.nan
    with pytest.raises(training.DivergenceError, match=r"\(batch [\d.]+, all data [\d.e-]+, held-out data nan\): "):
        train(held_out=(FRESH.x, y), record_every=record_every)


@pytest.mark.parametrize("average", [None, MovingAverage(0.9)])
def test_without_parameters_only_the_final_ones_are_kept(average):
    options = {"held_out": FRESH, "average": average, "record_every": 3}
    full, short = train(**options), train(record_parameters=False, **options)
    for field in ("step", "learning_rate", "loss", "held_out_loss"):
        np.testing.assert_array_equal(getattr(short, field), getattr(full, field))
    assert short.parameters[0].shape == (1, 2, 1)
    np.testing.assert_array_equal(short.final[0], full.final[0])
    assert len(short.shadows) == len(full.shadows)
    for got, want in zip(short.final_shadows, full.final_shadows, strict=True):
        np.testing.assert_array_equal(got, want)


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_a_progress_bar_shows_on_a_terminal_only_and_changes_nothing(monkeypatch):
    quiet = train(record_every=7)
    terminal, file = Terminal(), io.StringIO()
    for stream in (terminal, file):
        monkeypatch.setattr(sys, "stderr", stream)
        shown = train(record_every=7, progress=True)
        assert shown.step.tolist() == quiet.step.tolist()
        np.testing.assert_array_equal(shown.parameters[0], quiet.parameters[0])
        np.testing.assert_array_equal(shown.loss, quiet.loss)
    assert "40/40" in terminal.getvalue() and "updates" in terminal.getvalue()
    assert file.getvalue() == ""


@pytest.mark.parametrize("name", ["progress", "record_parameters", "jit"])
def test_a_switch_is_true_or_false(name):
    with pytest.raises(TypeError, match=f"{name} must be True or False, got 1"):
        train(**{name: 1})


def root_without_slope(parameters):
    """The loss is 0 at 0, where the slope of the root is infinite."""
    return tf.sqrt(parameters[0]) + 0 * parameters[0]


def test_a_parameter_that_stops_being_finite_is_reported_though_the_loss_was_finite():
    with pytest.raises(training.DivergenceError, match=r"at update 1 of 1 \(batch 0, all data nan\)"):
        training.train(root_without_slope, [np.float64(0)], steps=1, learning_rate=0.1)


def test_initial_parameters_that_are_not_finite_are_refused():
    with pytest.raises(ValueError, match=r"parameters must be finite, got NaN or infinity in parameters\[0\]"):
        training.train(line, [np.full((2, 1), np.inf)], DATA, steps=1, learning_rate=0.1)


MEMORY = """
import json, resource
import numpy as np
from nnopt_course import datasets, losses, training

def line(parameters, x, y):
    return losses.mean_squared_error(y, x @ parameters[0])

def peak(steps):
    options = {"learning_rate": 0.001, "batch_size": 8, "record_every": 1, "record_parameters": False}
    run = training.train(line, [np.zeros((2, 1))], datasets.yogurt(), steps=steps, **options)
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return run.loss.shape == run.learning_rate.shape == (steps,), used

print(json.dumps([peak(1000), peak(1_000_000)]))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the unit of ru_maxrss differs between systems")
def test_a_million_recorded_losses_and_rates_cost_less_than_100_megabytes():
    done = subprocess.run([sys.executable, "-c", MEMORY], cwd=ROOT, capture_output=True, text=True, check=True)
    (small_is_right, before), (large_is_right, after) = json.loads(done.stdout)
    assert small_is_right and large_is_right
    assert (after - before) * 1024 < 100e6  # 16 MB of numbers, in some copies: 65 MB measured
