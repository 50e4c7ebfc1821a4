"""The Keras classes under hostile answers, outputs, weights, options and configurations."""

import contract
import hostile
import numpy as np
import pytest
from contract import Case, fits, float64, nothing
from hypothesis import given, settings
from hypothesis import strategies as st

from nnopt_course import ema, keras_adapters, regularizers, schedules
from nnopt_course._tensorflow import tf

pytestmark = pytest.mark.usefixtures("nothing_printed")
options = {
    "reduction": st.sampled_from(["sum_over_batch_size", "sum", "none", None]),
    "name": st.sampled_from(["loss", "a b"]),
    "dtype": st.sampled_from(["float32", "float64", None]),
}
prices = {"cost": st.sampled_from([1, 0.5]), "profit": st.sampled_from([9])}
KINDS = {"MeanSquaredError": {}, "CrossEntropy": {}, "SoftmaxCrossEntropy": {}, "AsymmetricLoss": prices}


def made(kind, fields):
    """Call a loss that is made for the call."""

    def call(**chosen):
        loss = getattr(keras_adapters, kind)(**{name: chosen.pop(name) for name in fields})
        return loss(**chosen)

    return call


@st.composite
def batches(draw, kind, fields):
    n, k, dtype = draw(st.integers(1, 3)), draw(st.integers(2, 3)), draw(st.sampled_from([np.float32, np.float64]))
    ids = kind == "SoftmaxCrossEntropy"
    y_true = hostile.arrays(np.int64, n, st.integers(0, k - 1)) if ids else hostile.arrays(dtype, (n, k))
    chosen = {name: draw(values) for name, values in fields.items()}
    chosen |= {"y_true": draw(y_true), "y_pred": draw(hostile.arrays(dtype, (n, k)))}
    return chosen | {"sample_weight": draw(st.none() | hostile.arrays(dtype, (n,)))}


def shows_a_loss(result, chosen):
    n = np.shape(chosen["y_pred"])[0]
    per_example = chosen["reduction"] in ("none", None)
    fits(result, tf.as_dtype(chosen["dtype"] or tf.float32), (n,) if per_example else ())
    y_pred = float64(chosen["y_pred"])
    if np.isnan(y_pred).any() and not per_example:
        assert not np.isfinite(float64(result))


def comes_back(result, chosen):
    """The configuration of what was made makes the same again."""
    config = result.get_config()
    assert type(result).from_config(config).get_config() == config


PENALTIES = [regularizers.L1(0.1), regularizers.HalfL2(1e300), regularizers.L1L2(0.1, 0)]
SCHEDULES = [schedules.ExponentialDecay(0.1, 2, 0.5), schedules.LinearWarmup(0.0, 1e300, 3)]
weights = st.tuples(hostile.dtypes, hostile.shapes).flatmap(lambda kind: hostile.arrays(*kind))
BUILT, UNBUILT = tf.keras.Sequential([tf.keras.Input((2,)), tf.keras.layers.Dense(1)]), tf.keras.Sequential()


def cases():
    for kind, fields in KINDS.items():
        name, fields = f"keras_adapters.{kind}", options | fields
        yield name, Case(st.fixed_dictionaries(fields), comes_back)
        yield f"{name}.__call__", Case(batches(kind, fields), shows_a_loss, made(kind, fields), names=("logits",))


CASES = dict(cases()) | {
    "keras_adapters.Penalty": Case(st.fixed_dictionaries({"penalty": st.sampled_from(PENALTIES)}), comes_back),
    "keras_adapters.Penalty.__call__": Case(
        st.fixed_dictionaries({"penalty": st.sampled_from(PENALTIES), "x": weights}),
        lambda result, chosen: fits(result, tf.float32, ()),
        lambda penalty, x: keras_adapters.Penalty(penalty)(x),
        names=("weight",),
    ),
    "keras_adapters.Penalty.from_config": Case(
        st.sampled_from(PENALTIES).map(lambda penalty: keras_adapters.Penalty(penalty).get_config()["penalty"]),
        comes_back,
        lambda **fields: keras_adapters.Penalty.from_config({"penalty": fields}),
        names=("penalty",),
    ),
    "keras_adapters.Schedule": Case(
        st.fixed_dictionaries({"schedule": st.sampled_from(SCHEDULES), "dtype": options["dtype"]}), comes_back
    ),
    "keras_adapters.Schedule.__call__": Case(
        st.fixed_dictionaries({"schedule": st.sampled_from(SCHEDULES), "step": st.integers(0, 9) | weights}),
        lambda result, chosen: fits(result, tf.float32, np.shape(chosen["step"])),
        lambda schedule, step: keras_adapters.Schedule(schedule)(step),
    ),
    "keras_adapters.Schedule.from_config": Case(
        st.sampled_from(SCHEDULES).map(lambda schedule: keras_adapters.Schedule(schedule).get_config()["schedule"]),
        comes_back,
        lambda **fields: keras_adapters.Schedule.from_config({"schedule": fields, "dtype": "float32"}),
        names=("schedule",),
    ),
    "keras_adapters.WeightAveraging": Case(
        st.fixed_dictionaries({"rule": st.just(ema.MovingAverage(0.9)), "validation_data": st.none()}),
        nothing,
    ),
    "keras_adapters.WeightAveraging.start": Case(
        st.fixed_dictionaries({"model": st.sampled_from([BUILT, UNBUILT]), "step": st.sampled_from([0, 5])}),
        nothing,
        lambda **chosen: keras_adapters.WeightAveraging(ema.MovingAverage(0.9)).start(**chosen),
    ),
}


@pytest.mark.parametrize("name", CASES)
@given(data=st.data())
@settings(max_examples=settings.default.max_examples // 2)
def test_eagerly(name, data):
    contract.keeps(name, CASES[name], contract.arguments(data, CASES[name]))
