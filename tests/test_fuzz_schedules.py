"""Schedules under hostile fields and steps."""

import contract
import hostile
import numpy as np
import pytest
from contract import Case, is_a_value
from hypothesis import given
from hypothesis import strategies as st

from nnopt_course import schedules
from nnopt_course._tensorflow import tf

pytestmark = pytest.mark.usefixtures("nothing_printed")
rates = st.sampled_from([5e-324, 0.1, 1, np.float32(0.5), 1e308])
counts, shares = st.sampled_from([1, 2, 7, 2**53]), st.sampled_from([0, 0.5, 1])
WARMUP = {"initial_learning_rate": rates, "warmup_target": rates, "warmup_steps": counts}
FIELDS = {
    "ExponentialDecay": {"initial_learning_rate": rates, "decay_steps": counts, "decay_rate": st.sampled_from([0.5, 1])}
    | {"staircase": st.booleans()},
    "LinearWarmup": WARMUP,
    "CosineDecay": WARMUP | {"decay_steps": counts, "alpha": shares},
    "WarmupStableDecay": WARMUP | {"stable_steps": counts, "decay_steps": counts, "alpha": shares},
}
KINDS = (*hostile.FLOATING, np.int8, np.uint64, np.int32)
steps = st.sampled_from([0, 1, 7, 2**53, 10.5]) | st.tuples(st.sampled_from(KINDS), hostile.shapes).flatmap(
    lambda kind: hostile.arrays(*kind)
)


def called(kind):
    return lambda step, **fields: getattr(schedules, kind)(**fields)(step)


def shows_rates(result, chosen):
    """A number gives a float, an array an array, a tensor a tensor; NaN stays NaN."""
    step = chosen["step"]
    if isinstance(step, tf.Tensor | tf.Variable):
        assert tf.is_tensor(result) and result.dtype == tf.float64
    elif isinstance(step, np.ndarray):
        assert result.dtype == np.float64
    else:
        assert isinstance(result, float) and result >= 0
    assert np.shape(result) == np.shape(contract.float64(step))
    if chosen.get("decay_rate") != 1:  # 1 to the power of NaN is 1
        assert not (np.isnan(contract.float64(step)) & np.isfinite(contract.float64(result))).any()


def cases():
    for kind, fields in FIELDS.items():
        yield f"schedules.{kind}", Case(st.fixed_dictionaries(fields), is_a_value)
        drawn = st.fixed_dictionaries(fields | {"step": steps})
        yield f"schedules.{kind}.__call__", Case(drawn, shows_rates, called(kind))


CASES = dict(cases())


@pytest.mark.parametrize("name", CASES)
@given(data=st.data())
def test_eagerly(name, data):
    contract.keeps(name, CASES[name], contract.arguments(data, CASES[name]))
