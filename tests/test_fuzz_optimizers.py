"""Update rules under hostile parameters, gradients, slots, rates, steps and fields."""

import contract
import hostile
import numpy as np
import pytest
from contract import Case, dtype_of, fits, float64, is_a_value
from hypothesis import given, settings
from hypothesis import strategies as st

from nnopt_course import optimizers
from nnopt_course._tensorflow import tf
from nnopt_course.regularizers import soft_threshold

pytestmark = pytest.mark.usefixtures("nothing_printed")
fractions, strengths = st.sampled_from([0, 0.5, 0.999]), st.sampled_from([0, 0.1, 1e300])
FIELDS = {
    "SGD": {"weight_decay": strengths},
    "Momentum": {"momentum": fractions, "nesterov": st.booleans(), "weight_decay": strengths},
    "Adam": {"beta_1": fractions, "beta_2": fractions, "epsilon": st.sampled_from([1e-7, 1, 1e300])},
    "ProximalSGD": {"prox": st.sampled_from([soft_threshold, lambda w, t: w[:1]]), "strength": strengths},
}
FIELDS["AdamW"] = FIELDS["Adam"] | {"weight_decay": strengths}


@st.composite
def calls(draw, kind):
    """Draw the fields of a rule and the arguments of a call that fit them; a list would have a dtype of its own."""
    dtype, shape = draw(hostile.dtypes), draw(hostile.shapes)
    fields = {name: draw(values) for name, values in FIELDS[kind].items()}
    count = {"Momentum": 1, "Adam": 2, "AdamW": 2}.get(kind, 0)
    slots = tuple(tf.constant(hostile.cast([draw(hostile.numbers)], shape, dtype)) for _ in range(count))
    parameter = draw(hostile.arrays(dtype, shape).filter(lambda w: not isinstance(w, list | float)))
    call = {"parameter": parameter, "gradient": draw(hostile.arrays(dtype, shape)), "slots": slots}
    return fields | call | {"learning_rate": draw(st.sampled_from([0, 0.1, 1e300])), "step": draw(st.integers(0, 9))}


def called(kind):
    def call(parameter, gradient, slots, learning_rate, step, **fields):
        return getattr(optimizers, kind)(**fields)(parameter, gradient, slots, learning_rate, step)

    return call


def shows_a_move(result, chosen):
    new, slots = result
    w, g = float64(chosen["parameter"]), float64(chosen["gradient"])
    assert isinstance(slots, tuple) and len(slots) == len(chosen["slots"])
    dtype = dtype_of(chosen["parameter"], chosen["gradient"])
    if "prox" in chosen:
        w, g = np.zeros_like(w), np.zeros_like(g)  # what the operator makes of NaN is its own affair
    with np.errstate(all="ignore"):
        for value, oracle in zip([new, *slots], [w + g, *map(float64, chosen["slots"])], strict=True):
            fits(value, dtype, w.shape, oracle)


def first_slots(kind):
    def call(parameter, **fields):
        return getattr(optimizers, kind)(**fields).initial_slots(parameter)

    return call


def shows_zeros(result, chosen):
    for slot in result:
        fits(slot, dtype_of(chosen["parameter"]), float64(chosen["parameter"]).shape)
        assert not float64(slot).any()


def cases():
    weights = st.tuples(hostile.dtypes, hostile.shapes).flatmap(lambda kind: hostile.arrays(*kind))
    for kind, fields in FIELDS.items():
        made = st.fixed_dictionaries(fields)
        yield f"optimizers.{kind}", Case(made, is_a_value)
        start = st.fixed_dictionaries(fields | {"parameter": weights})
        yield f"optimizers.{kind}.initial_slots", Case(start, shows_zeros, first_slots(kind))
        yield (
            f"optimizers.{kind}.__call__",
            Case(calls(kind), shows_a_move, called(kind), names=("weight", "threshold")),
        )


CASES = dict(cases())


@pytest.mark.parametrize("name", CASES)
@given(data=st.data())
def test_eagerly(name, data):
    contract.keeps(name, CASES[name], contract.arguments(data, CASES[name]))


@pytest.mark.parametrize("name", [name for name in CASES if name.endswith("__")])
@given(data=st.data(), ranks=st.booleans())
@settings(max_examples=settings.default.max_examples // 2)
def test_in_a_graph(name, data, ranks):
    contract.keeps_in_graph(name, CASES[name], contract.arguments(data, CASES[name]), ranks=ranks)
