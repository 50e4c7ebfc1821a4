"""What the averages refuse; every message names the argument, the rule and the value."""

import re

import numpy as np
import pytest

from nnopt_course import ema
from nnopt_course._tensorflow import tf


@pytest.mark.parametrize(
    ("decay", "error", "rule"),
    [(value, ValueError, "must be in [0, 1)") for value in (1, 1.5, -0.1, np.nan, np.inf, 10**400)]
    + [(value, TypeError, "must be a number") for value in ("0.9", None, True, [0.9], np.ones(1))],
)
def test_a_bad_decay_is_refused(decay, error, rule):
    with pytest.raises(error, match=f"^{re.escape(f'decay {rule}, got {decay!r}')}$"):
        ema.MovingAverage(decay)


@pytest.mark.parametrize(
    ("convention", "error"), [("TF1", ValueError), ("", ValueError), (None, TypeError), (1, TypeError)]
)
def test_an_unknown_convention_is_refused(convention, error):
    with pytest.raises(error, match=f"^convention must be one of 'warmup', .*, got {convention!r}$"):
        ema.MovingAverage(0.9, convention)


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"value": np.ones(1)}, ValueError, "shadow and value must have the same shape, got (2,) and (1,)"),
        ({"shadow": np.ones((2, 1))}, ValueError, "shadow and value must have the same shape, got (2, 1) and (2,)"),
        ({"value": np.ones(2, np.float32)}, TypeError, "must have the same dtype, got float64 and float32"),
        ({"value": np.ones(2, int)}, TypeError, "value must have a floating dtype, got int64"),
        ({"value": "heavy"}, TypeError, "value must have a floating dtype, got string"),
        ({"value": None}, TypeError, "value must be a tensor or an array, got None"),
        ({"shadow": [[1.0], [1.0, 2.0]]}, TypeError, "shadow must be a tensor or an array, got [[1.0], [1.0, 2.0]]"),
        ({"shadow": [1, 2], "value": [1, 2]}, TypeError, "shadow must have a floating dtype, got int32"),
        ({"step": -1}, ValueError, "step must be at least 0, got -1"),
        ({"step": 1.0}, TypeError, "step must be an integer, got 1.0"),
        ({"step": "1"}, TypeError, "step must be an integer, got '1'"),
        ({"step": None}, TypeError, "step must be an integer, got None"),
        ({"step": np.arange(2)}, ValueError, "step must be a scalar, got shape (2,)"),
    ],
)
@pytest.mark.parametrize("convention", ema.CONVENTIONS)
def test_a_bad_call_is_refused(convention, change, error, message):
    good = {"shadow": np.ones(2), "value": np.ones(2), "step": 3}
    with pytest.raises(error, match=re.escape(message)):
        ema.MovingAverage(0.9, convention)(**good | change)


@pytest.mark.parametrize(
    ("decay", "error", "message"),
    [
        ("0.9", TypeError, "decay must be a number or a scalar of dtype float64, got '0.9'"),
        (tf.constant(0.9), TypeError, "decay must be a number or a scalar of dtype float64, got <tf.Tensor"),
        ([0.9], ValueError, "decay must be a scalar, got shape (1,)"),
        (None, TypeError, "decay must be a number or a scalar of dtype float64, got None"),
        (True, TypeError, "decay must be a number, got True"),
        *[(d, ValueError, f"decay must be in [0, 1), got {d!r}") for d in (1, 1.5, -0.1, np.nan, np.inf, 10**400)],
    ],
)
def test_averaged_refuses_a_bad_decay(decay, error, message):
    with pytest.raises(error, match=re.escape(message)):
        ema.averaged(1.0, 2.0, decay)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (None, "value must be a tensor or an array, got None"),
        ([1, 2], "value must have a floating dtype, got int32"),
        (True, "value must have a floating dtype, got bool"),
        ("heavy", "value must have a floating dtype, got string"),
    ],
    ids=repr,
)
@pytest.mark.parametrize("convention", ema.CONVENTIONS)
def test_a_shadow_starts_from_floating_values_only(convention, value, message):
    with pytest.raises(TypeError, match=f"^{message}$"):
        ema.MovingAverage(0.9, convention).initial_shadow(value)


@pytest.mark.parametrize("jit", [False, True])
def test_a_graph_refuses_sizes_that_turn_out_to_differ(jit):
    specs = [tf.TensorSpec([None, 1]), tf.TensorSpec([None, 1]), tf.TensorSpec([], tf.int64)]
    graph = tf.function(ema.MovingAverage(0.5), input_signature=specs, jit_compile=jit, autograph=False)
    step = tf.constant(0, tf.int64)
    assert graph(tf.ones((3, 1)), tf.ones((3, 1)), step).shape == (3, 1)
    for shapes in [((3, 1), (1, 1)), ((1, 1), (3, 1))]:
        with pytest.raises(tf.errors.InvalidArgumentError):
            graph(*map(tf.ones, shapes), step)


def test_a_graph_refuses_an_unknown_number_of_axes():
    unknown = tf.TensorSpec(None)
    graph = tf.function(lambda s, w: ema.averaged(s, w, 0.5), input_signature=[unknown, unknown], autograph=False)
    with pytest.raises(ValueError, match=r"^shadow and value .*: the number of axes must be known"):
        graph.get_concrete_function()
