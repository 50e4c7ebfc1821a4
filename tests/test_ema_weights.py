"""Averages of a model's weights, kept beside it: what they hold, and what they refuse to average."""

import re

import numpy as np
import pytest

from nnopt_course import ema
from nnopt_course._tensorflow import tf

RULE = ema.MovingAverage(0.875)
every_convention = pytest.mark.parametrize("convention", ema.CONVENTIONS)


@pytest.fixture
def model():
    """Return a Keras model with a kernel, a bias, and batch-norm statistics that are not trained."""
    tf.keras.utils.set_random_seed(0)
    layers = [tf.keras.layers.Dense(3), tf.keras.layers.BatchNormalization(), tf.keras.layers.Dense(1)]
    return tf.keras.Sequential([tf.keras.layers.Input((2,)), *layers])


def values(variables):
    return [np.asarray(variable).tolist() for variable in variables]


@every_convention
def test_apply_does_what_the_rule_says_for_every_variable(convention):
    random, rule = np.random.RandomState(5), ema.MovingAverage(0.9, convention)
    variables = [tf.Variable(random.randn(2, 3)), tf.Variable(random.randn(3).astype(np.float32))]
    average = ema.WeightAverage(variables, rule)
    expected = [rule.initial_shadow(variable) for variable in variables]
    for step in range(50):
        for variable in variables:
            variable.assign(random.randn(*variable.shape).astype(variable.dtype.as_numpy_dtype))
        assert average.apply(step) is None
        expected = [rule(shadow, variable, step) for shadow, variable in zip(expected, variables, strict=True)]
    for variable, shadow in zip(variables, expected, strict=True):
        assert average.average(variable).dtype == variable.dtype
        np.testing.assert_array_equal(average.average(variable), shadow)


def test_equal_to_tensorflow_on_a_model(model):
    random, theirs = np.random.RandomState(6), tf.train.ExponentialMovingAverage(0.875)
    average = ema.WeightAverage(model, ema.MovingAverage(0.875, "fixed"))
    variables = [variable.value for variable in model.trainable_variables]
    theirs.apply(variables)
    for step in range(50):
        for variable in variables:
            variable.assign_add(random.randn(*variable.shape).astype(np.float32))
        average.apply(step)
        theirs.apply(variables)
    for variable in variables:
        # The decay is exact in float32, where TensorFlow keeps it, and both round the same three operations.
        np.testing.assert_array_equal(average.average(variable), theirs.average(variable))


@pytest.mark.parametrize("convention", ["fixed", "warmup"])
def test_equal_to_tensorflow_over_200_random_steps_in_float64(convention):
    random, number = np.random.RandomState(7), tf.Variable(0, dtype=tf.int64)
    variables = [tf.Variable(random.randn(3, 2)), tf.Variable(random.randn(2))]
    theirs = tf.train.ExponentialMovingAverage(0.9921875, number if convention == "warmup" else None)
    average = ema.WeightAverage(variables, ema.MovingAverage(0.9921875, convention))
    theirs.apply(variables)
    # TensorFlow keeps (1 + n) / (10 + n) in float32, which is exact at n = 9 * 2^k - 10.
    for step in np.sort(9 * 2 ** random.randint(1, 20, 200) - 10):
        for variable in variables:
            variable.assign(random.randn(*variable.shape))
        number.assign(step)
        average.apply(step)
        theirs.apply(variables)
        for variable in variables:
            np.testing.assert_allclose(average.average(variable), theirs.average(variable), rtol=0, atol=1e-12)


@pytest.mark.parametrize("jit", [True, False])
def test_apply_inside_a_function_gives_the_same_shadows_and_traces_once(jit):
    def make():
        variable = tf.Variable(np.arange(6.0).reshape(2, 3))
        return variable, ema.WeightAverage([variable], RULE)

    (one, eager), (other, graph), traces = make(), make(), []

    @tf.function(jit_compile=jit, autograph=False)
    def train_step(step):
        traces.append(step)
        other.assign_add(tf.ones_like(other) * 0.1)
        graph.apply(step)

    for step in range(50):
        one.assign_add(tf.ones_like(one) * 0.1)
        eager.apply(step)
        train_step(tf.constant(step))
    assert len(traces) == 1
    # A fused product and sum drops a rounding: an ulp of 10 per step, of which the average remembers 8.
    np.testing.assert_allclose(graph.average(other), eager.average(one), rtol=0, atol=2e-14)


def test_shadows_are_not_trained():
    variable = tf.Variable(1.0)
    average = ema.WeightAverage([variable], RULE)
    with tf.GradientTape() as tape:  # it watches every trainable variable that is read
        average.apply(0)
    assert [watched is variable for watched in tape.watched_variables()] == [True]


def test_a_compiled_function_that_applies_returns_no_variable():
    variable = tf.Variable(1.0)
    average = ema.WeightAverage([variable], RULE)
    step = tf.function(average.apply, jit_compile=True, autograph=False)
    assert step.get_concrete_function(tf.TensorSpec([], tf.int32)).outputs == []


def test_average_is_a_copy_found_by_the_variable_or_what_keras_wraps(model):
    average = ema.WeightAverage(model, RULE)
    kernel = model.trainable_variables[0]
    before = average.average(kernel)
    kernel.assign_add(tf.ones_like(kernel))
    average.apply(0)
    np.testing.assert_array_equal(average.average(kernel), average.average(kernel.value))
    np.testing.assert_allclose(average.average(kernel), before + 0.9, rtol=1e-6)
    assert not hasattr(before, "assign")


def test_a_module_and_a_list_are_averaged_too():
    module = tf.Module()
    module.w, module.fixed = tf.Variable([1.0]), tf.Variable([2.0], trainable=False)
    average = ema.WeightAverage(module, RULE)
    assert values([average.average(module.w)]) == [[1.0]]
    with pytest.raises(ValueError, match="variable must be one of the 1 that are averaged"):
        average.average(module.fixed)


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: [], ValueError, "variables must hold at least one, got none: build the model first"),
        (
            lambda: tf.keras.Sequential([tf.keras.layers.Dense(1)]),
            ValueError,
            "variables must hold at least one, got none: build the model first",
        ),
        (lambda: [tf.Variable(1.0)] * 2, ValueError, "variables must be distinct, got one twice"),
        (lambda: [tf.Variable(1)], TypeError, "variables must be floating tf.Variable or Keras variables, got <tf.V"),
        (lambda: [np.ones(2)], TypeError, "variables must be floating tf.Variable or Keras variables, got array("),
        (lambda: [0.5], TypeError, "variables must be floating tf.Variable or Keras variables, got 0.5"),
        (lambda: "ab", TypeError, "variables must be a list of variables or a built model, got 'ab'"),
        (lambda: tf.Variable([1.0]), TypeError, "variables must be a list of variables or a built model, got <tf.Var"),
        (lambda: None, TypeError, "variables must be a list of variables or a built model, got None"),
    ],
)
def test_bad_variables_are_refused(make, error, message):
    with pytest.raises(error, match=re.escape(message)):
        ema.WeightAverage(make(), RULE)


@pytest.mark.parametrize("rule", [0.99, "warmup", None])
def test_a_rule_must_be_a_moving_average(rule):
    with pytest.raises(TypeError, match=f"^rule must be a MovingAverage, got {rule!r}$"):
        ema.WeightAverage([tf.Variable(1.0)], rule)
