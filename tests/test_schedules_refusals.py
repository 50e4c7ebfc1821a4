"""What the schedules refuse, and that every message names the argument, the rule and the value."""

import re

import numpy as np
import pytest

from nnopt_course._tensorflow import tf
from nnopt_course.schedules import CosineDecay, ExponentialDecay, LinearWarmup, WarmupStableDecay

GOOD = {
    ExponentialDecay: {"initial_learning_rate": 0.1, "decay_steps": 10, "decay_rate": 0.5, "staircase": False},
    LinearWarmup: {"initial_learning_rate": 0.0, "warmup_target": 0.1, "warmup_steps": 10},
    CosineDecay: {"initial_learning_rate": 0.1, "decay_steps": 10, "alpha": 0.5},
    WarmupStableDecay: {
        "initial_learning_rate": 0.0,
        "warmup_target": 0.1,
        "warmup_steps": 10,
        "stable_steps": 10,
        "decay_steps": 10,
        "alpha": 0.5,
    },
}
WARM_COSINE = {**GOOD[CosineDecay], "warmup_target": 0.1, "warmup_steps": 10}

NOT_A_NUMBER = ["0.1", None, True, 0.1j, [0.1], np.ones(1), b"1"]
NOT_FINITE = [float("nan"), float("inf"), float("-inf"), np.float32("nan"), 10**400]
NOT_AN_INTEGER = [1.0, 2.5, "1", None, False, 1j, float("nan"), np.float64(3)]
# argument -> (values, error, rule)
RULES = {
    "positive": [(NOT_A_NUMBER, TypeError, "a number"), ([0, -0.1, *NOT_FINITE], ValueError, "finite and above 0")],
    "not negative": [(NOT_A_NUMBER, TypeError, "a number"), ([-0.1, *NOT_FINITE], ValueError, "finite and at least 0")],
    "share": [(NOT_A_NUMBER, TypeError, "a number"), ([-0.1, 1.1, *NOT_FINITE], ValueError, "in [0, 1]")],
    "positive share": [(NOT_A_NUMBER, TypeError, "a number"), ([0, -0.9, 1.1, *NOT_FINITE], ValueError, "in (0, 1]")],
    "count": [
        (NOT_AN_INTEGER, TypeError, "an integer"),
        ([0, -1], ValueError, "at least 1"),
        ([2**53 + 1, 10**400], ValueError, "at most 9007199254740992"),
    ],
    "count or 0": [
        (NOT_AN_INTEGER, TypeError, "an integer"),
        ([-1], ValueError, "at least 0"),
        ([2**53 + 1], ValueError, "at most 9007199254740992"),
    ],
    "switch": [([1, 0, None, "yes", np.True_], TypeError, "True or False")],
}
FIELDS = [
    (ExponentialDecay, GOOD, "initial_learning_rate", "positive"),
    (ExponentialDecay, GOOD, "decay_steps", "count"),
    (ExponentialDecay, GOOD, "decay_rate", "positive share"),
    (ExponentialDecay, GOOD, "staircase", "switch"),
    (LinearWarmup, GOOD, "initial_learning_rate", "not negative"),
    (LinearWarmup, GOOD, "warmup_target", "positive"),
    (LinearWarmup, GOOD, "warmup_steps", "count"),
    (CosineDecay, GOOD, "initial_learning_rate", "positive"),
    (CosineDecay, GOOD, "decay_steps", "count"),
    (CosineDecay, GOOD, "alpha", "share"),
    (CosineDecay, {CosineDecay: WARM_COSINE}, "initial_learning_rate", "not negative"),
    (CosineDecay, {CosineDecay: WARM_COSINE}, "warmup_steps", "count"),
    (WarmupStableDecay, GOOD, "initial_learning_rate", "not negative"),
    (WarmupStableDecay, GOOD, "warmup_target", "positive"),
    (WarmupStableDecay, GOOD, "warmup_steps", "count"),
    (WarmupStableDecay, GOOD, "stable_steps", "count or 0"),
    (WarmupStableDecay, GOOD, "decay_steps", "count"),
    (WarmupStableDecay, GOOD, "alpha", "share"),
]


@pytest.mark.parametrize(("kind", "good", "name", "rule"), FIELDS)
def test_every_argument_keeps_its_rule(kind, good, name, rule):
    kind(**good[kind])
    for values, error, text in RULES[rule]:
        for value in values:
            with pytest.raises(error) as caught:
                kind(**{**good[kind], name: value})
            assert str(caught.value) == f"{name} must be {text}, got {value!r}"


def test_the_message_of_the_classic_mistake():
    with pytest.raises(ValueError, match=re.escape("decay_rate must be in (0, 1], got -0.9")):
        ExponentialDecay(0.1, 10, -0.9)  # Keras makes NaN of it


@pytest.mark.parametrize("value", [0, -0.1, float("nan")])
def test_a_cosine_needs_a_warmup_target_above_zero(value):
    with pytest.raises(ValueError, match="warmup_target must be finite and above 0, got "):
        CosineDecay(0.1, 10, warmup_target=value, warmup_steps=5)


def test_a_cosine_takes_target_and_steps_of_the_warmup_together():
    with pytest.raises(ValueError, match="warmup_steps without warmup_target must be at most 0, got 5"):
        CosineDecay(0.1, 10, warmup_steps=5)  # Keras ignores it
    with pytest.raises(TypeError, match="warmup_steps without warmup_target must be an integer, got False"):
        CosineDecay(0.1, 10, warmup_steps=False)
    with pytest.raises(ValueError, match="warmup_steps must be at least 1, got 0"):
        CosineDecay(0.1, 10, warmup_target=0.2)


def test_the_ends_of_the_rules_pass():
    assert ExponentialDecay(0.1, 1, 1.0)(10**6) == 0.1
    assert CosineDecay(0.1, 1, alpha=1.0)(1) == 0.1
    assert ExponentialDecay(0.1, 2**53, 0.25)(2**53) == 0.025
    assert ExponentialDecay(5e-324, 1, 5e-324)(0) == 5e-324


ALL = [kind(**fields) for kind, fields in GOOD.items()]
every_schedule = pytest.mark.parametrize("schedule", ALL, ids=lambda schedule: type(schedule).__name__)


@every_schedule
@pytest.mark.parametrize(
    "step",
    ["1", None, 1j, [1], (1, 2), {1}, np.array(["1"]), np.array([True]), np.array([1j]), np.array([None]), np.True_,
     np.datetime64("2020-01-01"), tf.constant("1"), tf.constant(True), tf.constant(1j), tf.TensorShape([1]), int],
    ids=repr,
)  # fmt: skip
def test_a_step_that_is_not_numeric_is_refused(schedule, step):
    with pytest.raises(TypeError) as caught:
        schedule(step)
    assert str(caught.value) == f"step must be a number, a numeric NumPy array or a numeric tensor, got {step!r}"


@every_schedule
@pytest.mark.parametrize("step", [-1, -0.5, np.int64(-3), float("nan"), float("inf"), 10**400])
def test_a_number_that_cannot_be_a_step_is_refused(schedule, step):
    with pytest.raises(ValueError) as caught:
        schedule(step)
    assert str(caught.value) == f"step must be finite and at least 0, got {step!r}"


@every_schedule
def test_a_truth_value_is_not_a_step(schedule):
    with pytest.raises(TypeError, match="step must be a number, got True"):
        schedule(True)


def test_the_warmup_of_a_cosine_is_named():
    with pytest.raises(TypeError, match="positional"):
        CosineDecay(0.1, 10, 0.0, "CosineDecay")  # Keras has the name of the operation there
