"""What the adapters refuse; every message names the argument, the rule and the value."""

import json
import math
import re
from functools import partial

import numpy as np
import pytest

from nnopt_course import keras_adapters, regularizers, schedules
from nnopt_course._tensorflow import tf
from nnopt_course.ema import MovingAverage

asymmetric = partial(keras_adapters.AsymmetricLoss, cost=1, profit=9)
LOSSES = {
    "mse": keras_adapters.MeanSquaredError,
    "cross_entropy": keras_adapters.CrossEntropy,
    "softmax": keras_adapters.SoftmaxCrossEntropy,
    "asymmetric": asymmetric,
}
every_loss = pytest.mark.parametrize("name", LOSSES)
pairwise = pytest.mark.parametrize("name", ["mse", "cross_entropy", "asymmetric"])


def fit(loss, y, outputs=1, **options):
    model = tf.keras.Sequential([tf.keras.Input((2,)), tf.keras.layers.Dense(outputs)])
    model.compile(tf.keras.optimizers.SGD(0.1), loss, run_eagerly=options.pop("run_eagerly", False))
    return model.fit(np.ones((len(y), 2)), y, batch_size=4, verbose=0, **options).history["loss"]


# Losses: shapes -----------------------------------------------------------------------------------------------------


@pairwise
@pytest.mark.parametrize(
    ("true_shape", "pred_shape", "stretched"), [((4,), (4, 1), (4, 4)), ((3, 1), (1, 3), (3, 3)), ((), (2,), (2,))]
)
def test_shapes_that_would_broadcast_are_refused(name, true_shape, pred_shape, stretched):
    message = f"must have the same shape, got {true_shape} and {pred_shape}: broadcasting would have stretched both to "
    with pytest.raises(ValueError, match=re.escape(f"{message}{stretched}")):
        LOSSES[name]()(np.ones(true_shape), np.ones(pred_shape))


@pairwise
@pytest.mark.parametrize("run_eagerly", [False, True])
def test_fit_refuses_answers_without_the_axis_that_a_dense_layer_returns(name, run_eagerly):
    size = 4 if run_eagerly else None
    message = f"must have the same shape, got ({size},) and ({size}, 1): broadcasting would have stretched both to "
    with pytest.raises(ValueError, match=re.escape(f"{message}({size}, {size})")):
        fit(LOSSES[name](), np.ones(10), run_eagerly=run_eagerly)


@pytest.mark.parametrize(
    ("ids", "logits", "shapes"),
    [
        (np.zeros((4, 3)), (4, 3), "(4, 3) and (4, 3)"),  # one-hot rows
        (np.full((4, 3), 0.5), (4, 3), "(4, 3) and (4, 3)"),
        (np.zeros((3, 1)), (4, 3), "(3,) and (4, 3)"),
        (np.zeros(4), (4,), "(4,) and (4,)"),
        (0.5, (1, 3), "() and (1, 3)"),
        (np.zeros((4, 1, 1)), (4, 3), "(4, 1, 1) and (4, 3)"),
    ],
)
def test_class_ids_of_other_shapes_are_refused(ids, logits, shapes):
    with pytest.raises(ValueError, match=re.escape(f"must have shapes (N,) and (N, K), got {shapes}")):
        keras_adapters.SoftmaxCrossEntropy()(ids, np.zeros(logits))


def test_other_shapes_that_mean_nothing_are_refused():
    with pytest.raises(ValueError, match=r"^y_pred must have an axis of examples, got shape \(\)$"):
        keras_adapters.MeanSquaredError()(1.0, 2.0)
    with pytest.raises(ValueError, match=r"must have shape \(N, K\), got \(4,\)"):
        keras_adapters.CrossEntropy()(np.ones(4), np.ones(4))
    with pytest.raises(ValueError, match="logits must have at least 2 classes, got shape"):
        fit(keras_adapters.SoftmaxCrossEntropy(), np.zeros(4))


@every_loss
@pytest.mark.parametrize("shape", [(), (1,), (3,), (4, 4), (4, 2), (1, 4), (4, 1, 1)])
def test_weights_that_are_not_one_for_each_example_are_refused(name, shape):
    y_true = np.zeros(4) if name == "softmax" else np.ones((4, 2))
    message = f"sample_weight must have one number for each example, shape (N,) or (N, 1), got {shape} for outputs of"
    with pytest.raises(ValueError, match=re.escape(f"{message} shape (4, 2)")):
        LOSSES[name]()(y_true, np.ones((4, 2)), np.ones(shape))


def test_a_mask_of_time_steps_is_refused_and_one_of_examples_is_used():
    hidden = tf.keras.layers.Masking()(np.array([[[1.0], [0.0]], [[2.0], [2.0]]]))
    message = (
        r"the mask of y_pred must have one number for each example, .* got \(2, 2\) for outputs of shape \(2, 2, 1\)"
    )
    with pytest.raises(ValueError, match=message):
        keras_adapters.MeanSquaredError()(np.zeros((2, 2, 1)), hidden)
    rows = tf.keras.layers.Masking()(np.array([[0.0, 0.0], [2.0, 2.0]]))
    value = float(keras_adapters.MeanSquaredError()(np.full((2, 2), 5.0), rows))
    assert value == pytest.approx(9, rel=1e-6)  # of the second row alone; some versions of Keras round it


# Losses: values and parameters --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (0.5, "y_true must hold class ids, which are whole numbers, got 0.5"),
        (math.nan, "y_true must hold class ids, which are whole numbers, got nan"),
        (math.inf, "y_true must hold class ids, which are whole numbers, got inf"),
        (2.0**24 - 1, "y_true must hold class ids in [0, 3), got 16777215"),
        (2.0**24, "y_true must hold class ids, which are whole numbers, got 16777216.0"),
        (-1, "y_true must hold class ids in [0, 3), got -1"),
        (3, "y_true must hold class ids in [0, 3), got 3"),
    ],
)
def test_a_class_id_that_is_none_raises_eagerly_and_is_nan_in_a_graph(bad, message):
    ids = np.array([0, 1, bad, 2])
    with pytest.raises(ValueError, match=re.escape(message)):
        keras_adapters.SoftmaxCrossEntropy()(ids, np.zeros((4, 3)))
    for weights in (None, np.array([1, 1, 0, 1])):
        assert math.isnan(fit(keras_adapters.SoftmaxCrossEntropy(), ids, 3, sample_weight=weights)[0])
    for jit in (False, True):
        values = tf.function(keras_adapters.SoftmaxCrossEntropy(reduction="none"), jit_compile=jit)(
            ids, tf.zeros((4, 3))
        )
        assert np.isnan(values).tolist() == [False, False, True, False]


@every_loss
@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "int32"])
def test_a_dtype_that_is_too_narrow_is_refused(name, dtype):
    with pytest.raises(ValueError, match=f"^dtype must be one of 'float32', 'float64', got '{dtype}'$"):
        LOSSES[name](dtype=dtype)


@every_loss
def test_keras_refuses_an_unknown_reduction(name):
    with pytest.raises(ValueError, match="Invalid value for argument `reduction`"):
        LOSSES[name](reduction="average")


@pytest.mark.parametrize("which", ["cost", "profit"])
@pytest.mark.parametrize(
    ("bad", "error", "rule"),
    [
        *[(value, ValueError, "finite and above 0") for value in (0, -1.5, math.nan, math.inf)],
        *[(value, TypeError, "a number") for value in ("9", None, True, [1.0])],
    ],
)
def test_prices_must_be_positive_numbers(which, bad, error, rule):
    with pytest.raises(error, match=f"^{re.escape(f'{which} must be {rule}, got {bad!r}')}$"):
        asymmetric(**{which: bad})


# Schedules, penalties and averages ----------------------------------------------------------------------------------


@pytest.mark.parametrize("bad", [0.1, "warmup", None, schedules.ExponentialDecay, regularizers.L1(0.1)])
def test_a_schedule_must_be_one_of_the_course(bad):
    message = "schedule must be one of ExponentialDecay, LinearWarmup, CosineDecay, WarmupStableDecay, got "
    with pytest.raises(TypeError, match=re.escape(f"{message}{bad!r}")):
        keras_adapters.Schedule(bad)


@pytest.mark.parametrize(("dtype", "error"), [("float16", ValueError), ("int64", ValueError), (tf.float32, TypeError)])
def test_a_rate_must_have_a_dtype_that_holds_it(dtype, error):
    decay = schedules.ExponentialDecay(0.1, 10, 0.9)
    with pytest.raises(error, match=f"^dtype must be one of 'float32', 'float64', got {re.escape(repr(dtype))}$"):
        keras_adapters.Schedule(decay, dtype)


@pytest.mark.parametrize(
    ("step", "error"), [(-1, ValueError), (math.nan, ValueError), ("1", TypeError), (None, TypeError)]
)
def test_a_step_must_be_a_number_from_zero(step, error):
    with pytest.raises(error, match=r"^step must be (a|finite) .*, got "):
        keras_adapters.Schedule(schedules.ExponentialDecay(0.1, 10, 0.9))(step)


@pytest.mark.parametrize("bad", [0.01, "l2", None, regularizers.L2, tf.keras.regularizers.L2(0.1)])
def test_a_penalty_must_be_one_of_the_course(bad):
    with pytest.raises(TypeError, match=re.escape(f"penalty must be one of L1, L2, HalfL2, L1L2, got {bad!r}")):
        keras_adapters.Penalty(bad)


@pytest.mark.parametrize("bad", [0.99, "warmup", None, MovingAverage])
def test_a_rule_must_be_a_moving_average(bad):
    with pytest.raises(TypeError, match=f"^rule must be a MovingAverage, got {re.escape(repr(bad))}$"):
        keras_adapters.WeightAveraging(bad)


@pytest.mark.parametrize(
    ("adapter", "change", "error", "message"),
    [
        ("schedule", {"kind": "Schedule"}, ValueError, "schedule must be one of 'Exp.*, got 'Schedule'"),
        ("schedule", {"decay_rate": 1.5}, ValueError, r"decay_rate must be in \(0, 1\], got 1.5"),
        ("penalty", {"kind": None}, TypeError, "penalty must be one of 'L1', 'L2', 'HalfL2', 'L1L2', got None"),
        ("penalty", {"strength": -1}, ValueError, "strength must be finite and at least 0, got -1"),
    ],
)
def test_a_config_is_checked_like_an_argument(adapter, change, error, message):
    made = {
        "schedule": keras_adapters.Schedule(schedules.ExponentialDecay(0.1, 10, 0.9)),
        "penalty": keras_adapters.Penalty(regularizers.L2(0.1)),
    }[adapter]
    config = json.loads(json.dumps(made.get_config()))
    config[adapter] |= change
    with pytest.raises(error, match=message):
        type(made).from_config(config)


def test_a_config_without_a_kind_is_refused():
    with pytest.raises(TypeError, match="penalty must be one of 'L1', 'L2', 'HalfL2', 'L1L2', got None"):
        keras_adapters.Penalty.from_config({"penalty": {"strength": 0.1}})
