"""Penalties and proximal steps under hostile weights, strengths and models."""

import contract
import hostile
import numpy as np
import pytest
from contract import Case, dtype_of, fits, float64, is_a_value
from hypothesis import given, settings
from hypothesis import strategies as st

from nnopt_course import regularizers
from nnopt_course._tensorflow import tf

pytestmark = pytest.mark.usefixtures("nothing_printed")
strengths = st.sampled_from([0, 0.1, 1, np.float32(0.5), 1e300])
TERMS = {"L1": np.abs, "L2": np.square, "HalfL2": np.square, "L1L2": np.abs}


def with_shape(make, shapes=hostile.shapes):
    return st.tuples(hostile.dtypes, shapes).flatmap(lambda kind: make(*kind))


def called(kind, fields):
    """Call a penalty that is made for the call, so that a drawn strength may be hostile too."""
    return lambda weight, **values: getattr(regularizers, kind)(**values)(weight)


def shows_a_sum(kind):
    def compare(result, chosen):
        w = float64(chosen["weight"])
        with np.errstate(all="ignore"):
            fits(result, dtype_of(chosen["weight"]), (), TERMS[kind](w).sum())

    return compare


def penalty_cases(kind, fields):
    weights = with_shape(hostile.arrays)
    drawn = st.fixed_dictionaries({"weight": weights} | dict.fromkeys(fields, strengths))
    made = st.fixed_dictionaries(dict.fromkeys(fields, strengths))
    yield f"regularizers.{kind}", Case(made, is_a_value)
    yield f"regularizers.{kind}.__call__", Case(drawn, shows_a_sum(kind), called(kind, fields))


def shows_the_weight_nearer_to_zero(result, chosen):
    w = float64(chosen["weight"])
    fits(result, dtype_of(chosen["weight"]), w.shape, w)
    assert not (np.abs(float64(result)) > np.abs(w)).any()


def shows_a_scalar(result, chosen):
    arrays = [float64(each) for each in chosen["parameters"]]
    nan = any(np.isnan(each).any() for each in arrays if each.ndim >= 2)
    fits(result, dtype_of(*chosen["parameters"]), (), np.nan if nan else 0.0)


@st.composite
def parameters(draw):
    dtype = draw(hostile.dtypes)
    shapes = [(2, 3), *draw(st.lists(hostile.shapes, max_size=2))]
    kind = draw(st.sampled_from([list, tuple]))
    # A list of lists has the dtype float32, whatever the others have.
    return kind(tf.constant(hostile.cast([draw(hostile.numbers)], shape, dtype)) for shape in shapes)


def of_wrong_shape(weight):
    return weight


def model(dtype, built):
    dense = tf.keras.layers.Dense(2, dtype=dtype)
    if built:
        dense.build((None, 3))
    return dense


no_function = {"penalty": hostile.no_function}
MODELS = [model(dtype, built) for dtype in ("float32", "float64") for built in (False, True)]
penalties = st.sampled_from([regularizers.L1(0.1), regularizers.L2(1e300), tf.reduce_sum, of_wrong_shape])
CASES = dict(
    case
    for kind, fields in {"L1": ["strength"], "L2": ["strength"], "HalfL2": ["strength"], "L1L2": ["l1", "l2"]}.items()
    for case in penalty_cases(kind, fields)
) | {
    "regularizers.soft_threshold": Case(
        st.fixed_dictionaries({"weight": with_shape(hostile.arrays), "threshold": strengths}),
        shows_the_weight_nearer_to_zero,
    ),
    "regularizers.kernel_penalty": Case(
        st.fixed_dictionaries({"penalty": penalties, "parameters": parameters()}),
        shows_a_scalar,
        bad=no_function,
        names=("parameter",),
    ),
    "regularizers.model_penalty": Case(
        st.fixed_dictionaries({"penalty": penalties, "model": st.sampled_from(MODELS)}),
        lambda result, chosen: fits(result, chosen["model"].kernel.dtype, ()),
        bad=no_function,
        names=("parameters",),
    ),
}


@pytest.mark.parametrize("name", CASES)
@given(data=st.data())
def test_eagerly(name, data):
    contract.keeps(name, CASES[name], contract.arguments(data, CASES[name]))


@pytest.mark.parametrize("name", [name for name in CASES if "model" not in name and name[-1] not in "12"])
@given(data=st.data(), ranks=st.booleans())
@settings(max_examples=settings.default.max_examples // 2)
def test_in_a_graph(name, data, ranks):
    contract.keeps_in_graph(name, CASES[name], contract.arguments(data, CASES[name]), ranks=ranks)
