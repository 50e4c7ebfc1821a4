"""What update rules refuse: fields out of range and arguments that do not fit; messages name the rule and the value."""

import re

import numpy as np
import pytest

from nnopt_course import optimizers
from nnopt_course._tensorflow import tf
from nnopt_course.training import train


def keep(weight, threshold):
    return weight


FRACTIONS = [(optimizers.Momentum, "momentum"), (optimizers.Adam, "beta_1"), (optimizers.Adam, "beta_2")]
FRACTIONS += [(optimizers.AdamW, "beta_1"), (optimizers.AdamW, "beta_2")]
DECAYS = [(rule, "weight_decay") for rule in (optimizers.SGD, optimizers.Momentum, optimizers.AdamW)]


def proximal(**fields):
    return optimizers.ProximalSGD(**{"prox": keep, "strength": 0.1} | fields)


def refused(error, message, make, **fields):
    with pytest.raises(error) as caught:
        make(**fields)
    assert str(caught.value) == message


@pytest.mark.parametrize(("rule", "field"), FRACTIONS)
@pytest.mark.parametrize("value", [1, 1.5, -0.1, np.nan, np.inf, 10**400])
def test_a_fraction_out_of_range_is_refused(rule, field, value):
    refused(ValueError, f"{field} must be in [0, 1), got {value!r}", rule, **{field: value})


@pytest.mark.parametrize(("rule", "field"), [*DECAYS, (proximal, "strength")])
@pytest.mark.parametrize("value", [-0.1, np.nan, np.inf])
def test_a_negative_or_infinite_decay_is_refused(rule, field, value):
    refused(ValueError, f"{field} must be finite and at least 0, got {value!r}", rule, **{field: value})


@pytest.mark.parametrize("rule", [optimizers.Adam, optimizers.AdamW])
@pytest.mark.parametrize("value", [0, -1e-8, np.nan, np.inf])
def test_an_epsilon_that_is_not_above_zero_is_refused(rule, value):
    refused(ValueError, f"epsilon must be finite and above 0, got {value!r}", rule, epsilon=value)


@pytest.mark.parametrize(
    ("rule", "field"),
    [*FRACTIONS, *DECAYS, (optimizers.Adam, "epsilon"), (optimizers.AdamW, "epsilon"), (proximal, "strength")],
)
@pytest.mark.parametrize("value", ["0.5", None, True, [0.5], 1j, np.ones(1)])
def test_what_is_no_number_is_refused(rule, field, value):
    refused(TypeError, f"{field} must be a number, got {value!r}", rule, **{field: value})


@pytest.mark.parametrize("value", [1, None, "yes"])
def test_nesterov_is_true_or_false(value):
    refused(TypeError, f"nesterov must be True or False, got {value!r}", optimizers.Momentum, nesterov=value)


class Unhashable:
    __hash__ = None

    def __call__(self, weight, threshold):
        return weight


@pytest.mark.parametrize("value", [None, 0.5, "soft_threshold", Unhashable()])
def test_prox_is_a_hashable_function(value):
    message = f"prox must be a hashable function of a weight and a threshold, got {value!r}"
    refused(TypeError, message, proximal, prox=value)


RULES = [optimizers.SGD(), optimizers.Momentum(), optimizers.Adam(), optimizers.AdamW(), proximal()]
every_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: type(rule).__name__)
ONES = np.ones((2, 3))
CALLS = {  # change of a good call -> error and message
    "a gradient that would broadcast": (
        {"gradient": np.ones(3)},
        ValueError,
        r"parameter and gradient must have the same shape, got \(2, 3\) and \(3,\): broadcasting would have",
    ),
    "a gradient of another shape": (
        {"gradient": np.ones((2, 2))},
        ValueError,
        r"parameter and gradient must have the same shape, got \(2, 3\) and \(2, 2\): these two do not broadcast",
    ),
    "a gradient of another dtype": (
        {"gradient": np.ones((2, 3), np.float32)},
        TypeError,
        "parameter and gradient must have the same dtype, got float64 and float32",
    ),
    "integers": (
        {"parameter": np.ones((2, 3), int), "gradient": np.ones((2, 3), int)},
        TypeError,
        "parameter must have a floating dtype, got int64",
    ),
    "strings": ({"gradient": "steep"}, TypeError, "gradient must have a floating dtype, got string"),
    "nothing": ({"parameter": None}, TypeError, "^parameter must be a tensor or an array, got None$"),
    "no gradient": ({"gradient": None}, TypeError, "^gradient must be a tensor or an array, got None$"),
    "a list of unequal rows": ({"gradient": [[1.0], [1.0, 2.0]]}, TypeError, "gradient must be a tensor or an array"),
    "a negative rate": ({"learning_rate": -0.1}, ValueError, "^learning_rate must be finite and at least 0, got -0.1$"),
    "a rate of NaN": ({"learning_rate": np.nan}, ValueError, "^learning_rate must be finite and at least 0, got nan$"),
    "an endless rate": ({"learning_rate": 10**400}, ValueError, "^learning_rate must be finite and at least 0, got 1"),
    "a rate of True": ({"learning_rate": True}, TypeError, "^learning_rate must be a number, got True$"),
    "no rate": ({"learning_rate": None}, TypeError, "learning_rate must be a number or a scalar .* got None$"),
    "no slots": (
        {"slots": None},
        TypeError,
        "^slots must be a tuple of tensors, as initial_slots makes them, got",
    ),
    "a tensor of slots": ({"slots": ONES}, TypeError, "^slots must be a tuple of tensors, as initial_slots makes them"),
    "slots of nothing": ({"slots": (None,)}, TypeError, r"^slots\[0\] must be a tensor or an array, got None$"),
    "a rate for each element": (
        {"learning_rate": ONES},
        ValueError,
        r"learning_rate must be a scalar, got shape \(2, 3\)",
    ),
    "a rate of another dtype": (
        {"learning_rate": tf.constant(0.1)},
        TypeError,
        "learning_rate must be a number or a scalar of dtype float64, got <tf.Tensor: shape=",
    ),
    "a rate in words": (
        {"learning_rate": "fast"},
        TypeError,
        "learning_rate must be a number or a scalar of dtype float64, got 'fast'",
    ),
    "too many slots": (
        {"slots": (ONES, ONES, ONES)},
        ValueError,
        r"slots must hold [012] tensors of shape \(2, 3\) and dtype float64, as initial_slots makes them, got \['",
    ),
}


@every_rule
@pytest.mark.parametrize(("change", "error", "message"), CALLS.values(), ids=CALLS)
def test_a_bad_call_is_refused(rule, change, error, message):
    good = {"parameter": ONES, "gradient": ONES, "slots": rule.initial_slots(tf.constant(ONES))}
    good |= {"learning_rate": 0.1, "step": 0}
    rule(**good)
    with pytest.raises(error, match=message):
        rule(**good | change)


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.initial_slots(ONES)], ids=lambda r: type(r).__name__)
def test_slots_of_another_parameter_are_refused(rule):
    count = len(rule.initial_slots(ONES))
    for slots in ([np.zeros(3)] * count, [np.zeros((2, 3), np.float32)] * count, ()):
        with pytest.raises(ValueError, match=rf"slots must hold {count} tensors of shape \(2, 3\) and dtype float64"):
            rule(ONES, ONES, slots, 0.1, 0)


@pytest.mark.parametrize("rule", [optimizers.Adam(), optimizers.AdamW()], ids=["adam", "adamw"])
@pytest.mark.parametrize(
    ("step", "error", "message"),
    [
        (-1, ValueError, "step must be at least 0, got -1"),
        (tf.constant(-3), ValueError, "step must be at least 0, got -3"),
        (0.0, TypeError, "step must be an integer, got 0.0"),
        ("0", TypeError, "step must be an integer, got '0'"),
        (None, TypeError, "step must be an integer, got None"),
        (True, TypeError, "step must be an integer, got True"),
        ([0, 1], ValueError, "step must be a scalar, got shape (2,)"),
    ],
)
def test_adam_refuses_a_bad_step(rule, step, error, message):
    with pytest.raises(error, match=f"^{re.escape(message)}$"):
        rule(ONES, ONES, rule.initial_slots(ONES), 0.1, step)


def test_adam_refuses_an_epsilon_that_is_zero_in_the_parameters_dtype():
    w = tf.constant(1.0, tf.float16)
    with pytest.raises(ValueError, match="epsilon must be above 0 in float16, got 1e-08"):
        optimizers.Adam(epsilon=1e-8)(w, w, (w, w), 0.1, 0)


@pytest.mark.parametrize(
    ("prox", "got"),
    [
        (lambda w, t: tf.reduce_sum(w), "got shape () and dtype float64"),
        (lambda w, t: tf.cast(w, tf.float32), "got shape (2, 3) and dtype float32"),
    ],
)
def test_a_prox_that_changes_shape_or_dtype_is_refused(prox, got):
    message = f"prox must return shape (2, 3) and dtype float64 like its weight, {got}"
    with pytest.raises(ValueError, match=re.escape(message)):
        proximal(prox=prox)(ONES, ONES, (), 0.1, 0)
    with pytest.raises(ValueError, match=re.escape(message)):  # the same while a compiled run is traced
        train(lambda p: tf.reduce_sum(p[0]), [ONES], steps=2, learning_rate=0.1, optimizer=proximal(prox=prox))


def test_a_prox_that_returns_no_tensor_is_refused():
    with pytest.raises(TypeError, match=r"^prox\(weight, threshold\) must be a tensor or an array, got None$"):
        proximal(prox=lambda w, t: None)(ONES, ONES, (), 0.1, 0)


@pytest.mark.parametrize("rule", [optimizers.Momentum(), optimizers.Adam(), optimizers.AdamW()], ids=str)
@pytest.mark.parametrize(
    ("value", "message"),
    [
        (None, "parameter must be a tensor or an array, got None"),
        ([1, 2], "parameter must have a floating dtype, got int32"),
        ("w", "parameter must have a floating dtype, got string"),
    ],
    ids=repr,
)
def test_first_slots_are_made_for_floating_parameters(rule, value, message):
    with pytest.raises(TypeError, match=f"^{message}$"):
        rule.initial_slots(value)
