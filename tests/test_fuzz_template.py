"""The template under hostile settings, sizes, runs and command lines; its small functions leave checks to NumPy."""

import contextlib
import functools
import io
import os
import tempfile
from dataclasses import fields

import contract
import hostile
import matplotlib.pyplot as plt
import numpy as np
import pytest
from contract import Case, dtype_of, fits, float64, is_a_value, nothing
from hypothesis import given, settings
from hypothesis import strategies as st

from nnopt_course.template import backward, command_line, picture
from nnopt_course.template.settings import Settings

pytestmark = pytest.mark.usefixtures("nothing_printed", "style")
# Few programs to compile, and few updates.
small = {
    "hidden": st.sampled_from([(), (2,), [2]]),
    "loss": st.sampled_from(["mse", "softmax_cross_entropy"]),
    "optimizer": st.sampled_from(["sgd", "adam"]),
    "learning_rate": st.sampled_from([0.01, 1e300]),
    "average": st.booleans(),
    "steps": st.integers(1, 3),
    "batch_size": st.sampled_from([30, 301]),
    "seed": st.sampled_from([0, 2**32 - 1]),
}
defaults = {field.name: st.just(field.default) for field in fields(Settings)}


def trained(settings, checkpoint, progress):
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        made = Settings(**settings) if isinstance(settings, dict) and "steps" in settings else settings
        return backward.backward(made, checkpoint=checkpoint, progress=progress)


def shows_a_run(result, chosen):
    assert result.history.step[-1] == chosen["settings"]["steps"]
    assert all(np.isfinite(values).all() for values in (*result.parameters, *result.shadows))


@st.composite
def networks(draw, loss=None):
    dtype, n, m = draw(hostile.dtypes), draw(st.integers(1, 3)), draw(st.integers(2, 3))
    chosen = {"parameters": [draw(hostile.arrays(dtype, shape)) for shape in ((2, m), (m,))]}
    chosen["x"] = draw(hostile.arrays(dtype, (n, 2)))
    if loss == "mse":
        chosen["y"] = draw(hostile.arrays(dtype, (n, m)))
    elif loss:
        chosen["y"] = draw(hostile.arrays(np.int64, n, st.integers(0, 1)))
    return chosen


def shows_outputs(result, chosen):
    rows, columns = len(float64(chosen["x"])), len(float64(chosen["parameters"][-1]))
    fits(result, dtype_of(*chosen["parameters"], chosen["x"]), (rows, columns))


def shows_a_loss(result, chosen):
    fits(result, dtype_of(*chosen["parameters"], chosen["x"], chosen["y"]), ())


@functools.cache
def a_run():
    return backward.backward(Settings(steps=2, average=True))


def draws(function):
    def call(run):
        try:
            return function(a_run() if isinstance(run, str) and run == "made" else run)
        finally:
            plt.close("all")

    return call


def commanded(arguments):
    """Run the command in an empty folder; what it prints is its answer, and one line if something is wrong."""
    said, wrong = io.StringIO(), io.StringIO()
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(wrong):
            code = command_line.main(arguments)
        made = os.listdir(folder)
    return code, said.getvalue(), wrong.getvalue(), made


def shows_one_line(result, chosen):
    code, said, wrong, made = result
    assert (code, wrong) == (0, "") if said else (code, wrong.count("\n")) == (2, 1), result
    assert not made


def shows_words(result, chosen):
    assert result[1].endswith("on their side.")


def shows_svg(result, chosen):
    assert result.startswith("<svg ") and "nan" not in result


def shows_data(result, chosen):
    assert [part.x.dtype for part in result] == [chosen["dtype"]] * 2


words = st.sampled_from(["0", "-1", "nan", "inf", "1e400", "x", "", "9" * 400, "--", "--steps", "--seed", "\0", "1_0"])
option = st.tuples(st.sampled_from([f"--{name.replace('_', '-')}" for name in defaults if name != "steps"]), words)
commands = st.lists(option, max_size=2).map(lambda pairs: ["--steps", "2", *(word for pair in pairs for word in pair)])
few = hostile.few | hostile.containers
sizes = {"layer_sizes": st.sampled_from([(2, 3), [2, 3, 1]]), "seed": st.sampled_from([0, 7])}
sizes["dtype"] = st.sampled_from(["float32", np.float64])
kinds = {"data": st.sampled_from(["disk", "digits"]), "class_ids": st.booleans(), "dtype": sizes["dtype"]}
CASES = {
    "template.settings.Settings": Case(st.fixed_dictionaries(defaults | small), is_a_value),
    "template.backward.backward": Case(
        st.fixed_dictionaries(
            {"settings": st.fixed_dictionaries(small), "checkpoint": st.none(), "progress": st.booleans()}
        ),
        shows_a_run,
        trained,
        {"checkpoint": hostile.paths},
        names=("batch_size", "learning_rate"),
    ),
    "template.backward.mse": Case(networks("mse"), shows_a_loss, names=("y_true", "weights", "biases")),
    "template.backward.softmax_cross_entropy": Case(
        networks("ids"), shows_a_loss, names=("y_true", "logits", "weights", "biases")
    ),
    "template.forward.forward": Case(networks(), shows_outputs, names=("weights", "biases")),
    "template.forward.initial_parameters": Case(
        st.fixed_dictionaries(sizes), nothing, bad={"layer_sizes": few}, unchecked=True
    ),
    "template.forward.get_weight": Case(
        st.fixed_dictionaries({"shape": st.just((2, 3)), "random": st.builds(np.random.RandomState, st.just(0))}),
        nothing, bad={"shape": few}, unchecked=True,
    ),
    "template.forward.get_bias": Case(
        st.fixed_dictionaries({"shape": st.just((3,))}), nothing, bad={"shape": few}, unchecked=True
    ),
    "template.forward.class_of": Case(
        st.fixed_dictionaries({"answers": hostile.arrays(np.float64, (3, 2)) | hostile.arrays(np.int64, (3,))}),
        nothing, unchecked=True,
    ),
    "template.generateds.generateds": Case(
        st.fixed_dictionaries(kinds), shows_data
    ),
    "template.picture.draw": Case(st.just({"run": "made"}), shows_words, draws(picture.draw)),
    "template.picture.to_svg": Case(st.just({"run": "made"}), shows_svg, draws(picture.to_svg)),
    "template.command_line.main": Case(
        st.fixed_dictionaries({"arguments": commands}), shows_one_line, commanded,
        {"arguments": st.lists(words).map(lambda them: ["--steps", "2", *them])},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
@given(data=st.data())
@settings(max_examples=settings.default.max_examples // 6)
def test_eagerly(name, data):
    contract.keeps(name, CASES[name], contract.arguments(data, CASES[name]))
