"""Moving averages under hostile shadows, values, decays, steps, variables and files."""

import tempfile
from pathlib import Path

import contract
import hostile
import numpy as np
import pytest
from contract import Case, dtype_of, fits, float64, is_a_value, nothing
from hypothesis import given, settings
from hypothesis import strategies as st

from nnopt_course._tensorflow import tf
from nnopt_course.ema import CONVENTIONS, MovingAverage, WeightAverage

pytestmark = pytest.mark.usefixtures("nothing_printed")
decays, conventions, steps = st.sampled_from([0, 0.5, 0.999]), st.sampled_from(CONVENTIONS), st.integers(0, 2**62)
rules = st.builds(MovingAverage, decays, conventions)


@st.composite
def pairs(draw, **more):
    dtype, shape = draw(hostile.dtypes), draw(hostile.shapes)
    pair = {name: draw(hostile.arrays(dtype, shape)) for name in ("shadow", "value")}
    return pair | {name: draw(each) for name, each in more.items()}


def shows_an_average(result, chosen):
    value = float64(chosen["value"])
    with np.errstate(all="ignore"):
        oracle = float64(chosen["shadow"]) + value
    fits(result, dtype_of(chosen["value"], chosen["shadow"]), value.shape, oracle)


def shows_a_start(result, chosen):
    value = float64(chosen["value"])
    fits(result, dtype_of(chosen["value"]), value.shape, value if chosen["convention"] in ("warmup", "fixed") else None)


def shows_a_decay(result, chosen):
    fits(result, tf.float64, ())
    assert 0 <= float(result) < 1


def weight_average(method):
    """Call a method of averages that are made for the call."""

    def call(variables, rule, **arguments):
        average = WeightAverage(variables, rule)
        with tempfile.TemporaryDirectory() as folder:
            if arguments.get("path") == "here":
                arguments["path"] = Path(folder, "average.npz")
                average.save(arguments["path"])
            if method == "swapped_into":
                with average.swapped_into(arguments["swapped"]):
                    return None
            return getattr(average, method)(**arguments)

    return call


@st.composite
def averages(draw, **more):
    dtype, shapes = draw(hostile.dtypes), draw(st.lists(hostile.shapes, min_size=1, max_size=2))
    variables = [tf.Variable(hostile.cast([draw(hostile.numbers)], shape, dtype)) for shape in shapes]
    values = {name: variables[0] if each is None else draw(each) for name, each in more.items()}
    return {"variables": variables, "rule": draw(rules)} | values


def shows_nothing(result, _):
    assert result is None


paths = {"path": st.just("here")}
FILES = ("shadow_0", "shadow_1", "path")
moving = {"decay": decays, "convention": conventions}
CASES = {
    "ema.averaged": Case(pairs(decay=decays), shows_an_average),
    "ema.MovingAverage": Case(st.fixed_dictionaries(moving), is_a_value),
    "ema.MovingAverage.__call__": Case(
        pairs(step=steps, **moving),
        shows_an_average,
        lambda shadow, value, step, **fields: MovingAverage(**fields)(shadow, value, step),
    ),
    "ema.MovingAverage.initial_shadow": Case(
        pairs(**moving).map(lambda chosen: {name: chosen[name] for name in chosen if name != "shadow"}),
        shows_a_start,
        lambda value, **fields: MovingAverage(**fields).initial_shadow(value),
    ),
    "ema.MovingAverage.decay_at": Case(
        st.fixed_dictionaries(moving | {"step": steps}),
        shows_a_decay,
        lambda step, **fields: MovingAverage(**fields).decay_at(step),
    ),
    "ema.WeightAverage": Case(averages(), nothing),
    "ema.WeightAverage.apply": Case(averages(step=steps), shows_nothing, weight_average("apply")),
    "ema.WeightAverage.average": Case(
        averages(variable=None),
        lambda result, chosen: fits(result, chosen["variable"].dtype, chosen["variable"].shape),
        weight_average("average"),
        names=("variables",),
    ),
    "ema.WeightAverage.swapped_into": Case(
        averages(swapped=None).map(lambda chosen: chosen | {"swapped": [chosen["swapped"]]}),
        shows_nothing,
        weight_average("swapped_into"),
        names=("variables", "variable"),
    ),
    "ema.WeightAverage.save": Case(
        averages(**paths), shows_nothing, weight_average("save"), {"path": hostile.paths}, FILES
    ),
    "ema.WeightAverage.restore": Case(
        averages(**paths), shows_nothing, weight_average("restore"), {"path": hostile.paths}, FILES
    ),
}


@pytest.mark.parametrize("name", CASES)
@given(data=st.data())
def test_eagerly(name, data):
    contract.keeps(name, CASES[name], contract.arguments(data, CASES[name]))


@pytest.mark.parametrize("name", [name for name in CASES if "Weight" not in name and name != "ema.MovingAverage"])
@given(data=st.data(), ranks=st.booleans())
@settings(max_examples=settings.default.max_examples // 2)
def test_in_a_graph(name, data, ranks):
    contract.keeps_in_graph(name, CASES[name], contract.arguments(data, CASES[name]), ranks=ranks)
