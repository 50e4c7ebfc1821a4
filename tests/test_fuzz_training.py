"""Training under hostile parameters, data, numbers, parts and files, in a few updates."""

import contextlib
import tempfile

import contract
import hostile
import numpy as np
import pytest
from contract import Case
from hypothesis import given, settings
from hypothesis import strategies as st

from nnopt_course import losses, training
from nnopt_course._tensorflow import tf
from nnopt_course.ema import MovingAverage
from nnopt_course.optimizers import SGD, Adam
from nnopt_course.regularizers import L2
from nnopt_course.schedules import LinearWarmup

pytestmark = pytest.mark.usefixtures("nothing_printed")
X = np.arange(8.0).reshape(4, 2) / 8


def line(parameters, *data):
    """Return the error of a line; what is wrong in here, is the loss's fault and not that of the loop around it."""
    try:
        (x, y), (w, b) = data, parameters
        return losses.mean_squared_error(y, x @ w + b)
    except Exception as error:
        raise ValueError(f"loss: {error}") from error


def vector(parameters, *data):
    return parameters[0]


def of_one_parameter(parameters, *data):
    return tf.reduce_sum(parameters[0])


# Few of each, because every new set-up compiles.
parts = {
    "loss": st.sampled_from([line, line, line, vector, of_one_parameter]),
    "steps": st.integers(1, 3),
    "learning_rate": st.sampled_from([0.1, 1e-5, 1e300, LinearWarmup(0.0, 0.1, 2)]),
    "batch_size": st.sampled_from([None, 3]),
    "shuffle_seed": st.sampled_from([None, 7]),
    "optimizer": st.sampled_from([SGD(), Adam()]),
    "penalty": st.sampled_from([None, L2(0.1)]),
    "average": st.sampled_from([None, MovingAverage(0.9)]),
    "record_every": st.sampled_from([None, 1, 2**31]),
    "record_parameters": st.booleans(),
    "checkpoint": st.none(),
    "checkpoint_every": st.none(),
    "progress": st.booleans(),
    "jit": st.booleans(),
}
bad = dict.fromkeys(("loss", "optimizer", "penalty", "average", "learning_rate"), hostile.no_function)
bad |= {
    "optimizer": hostile.no_function | st.just(len),
    "steps": hostile.few | hostile.containers | st.just(2**53 + 1),
    "checkpoint": hostile.paths | st.just("here"),
}


@st.composite
def runs(draw, **more):
    """Draw arguments of a run whose data are finite, mostly."""
    dtype = draw(st.sampled_from([np.float64, np.float64, np.float32, np.float16, hostile.BFLOAT16]))
    values = st.floats(-1, 1, width=16) if draw(st.integers(0, 4)) else hostile.numbers
    data = [X.astype(dtype), hostile.cast([draw(values)], (4, 1), dtype)]
    start = [np.ones((2, 1), dtype), np.zeros(1, dtype)]
    drawn = {name: draw(each) for name, each in (parts | more).items()}
    return drawn | {"parameters": start, "data": data, "held_out": draw(st.sampled_from([(), tuple(data)]))}


def in_a_folder(function):
    """Call with ``checkpoint="here"`` in an empty folder, twice."""

    def call(**chosen):
        with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
            if chosen["checkpoint"] == "here":
                function(**chosen)
            return function(**chosen)

    return call


def swept(parameters, copies, **chosen):
    return training.sweep(starts=[parameters] * copies, **chosen)


def shows_a_history(result, chosen):
    dtype, steps = chosen["parameters"][0].dtype, chosen["steps"]
    numbers = [result.loss, result.learning_rate, *result.parameters, *result.shadows]
    numbers += [] if result.held_out_loss is None else [result.held_out_loss]
    assert all(values.dtype == dtype and np.isfinite(values).all() for values in numbers)
    if result.diverged_at is None:
        assert result.step[-1] == steps
        assert [each.shape for each in result.final] == [np.shape(each) for each in chosen["parameters"]]


def shows_histories(result, chosen):
    assert len(result) == chosen["copies"]
    for each in result:
        if each.diverged_at is None or not chosen["allow_divergence"]:
            shows_a_history(each, chosen)


several = {"copies": st.integers(1, 2), "allow_divergence": st.booleans()}
CASES = {
    "training.train": Case(runs(), shows_a_history, in_a_folder(training.train), bad, ("slots", "penalty")),
    "training.sweep": Case(
        runs(**several), shows_histories, in_a_folder(swept), bad | {"copies": st.just(0)}, ("starts", "slots")
    ),
}


@pytest.mark.parametrize("name", CASES)
@given(data=st.data())
@settings(max_examples=settings.default.max_examples // 4)
def test_eagerly(name, data):
    contract.keeps(name, CASES[name], contract.arguments(data, CASES[name]))
