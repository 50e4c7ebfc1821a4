"""Averages of a model's weights: kept beside it, swapped in and always swapped out again."""

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


@pytest.fixture
def pair():
    """Return two variables and their average after one step."""
    variables = [tf.Variable([[1.0, 2.0]]), tf.Variable([3.0])]
    average = ema.WeightAverage(variables, RULE)
    for variable in variables:
        variable.assign_add(tf.ones_like(variable))
    average.apply(0)
    return variables, average


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


def test_inside_the_block_the_model_holds_its_averages_and_afterwards_its_weights(model):
    average = ema.WeightAverage(model, RULE)
    for step in range(3):
        for variable in model.trainable_variables:
            variable.assign_add(tf.ones_like(variable))
        average.apply(step)
    x, weights, statistics = np.ones((4, 2)), model.get_weights(), values(model.non_trainable_variables)
    outside = model.predict_on_batch(x)
    with average.swapped_into(model):
        expected = values(average.average(variable) for variable in model.trainable_variables)
        assert values(model.trainable_variables) == expected
        assert values(model.non_trainable_variables) == statistics  # batch norm keeps the statistics of the weights
        assert not np.allclose(model.predict_on_batch(x), outside)
        with pytest.raises(AssertionError):
            np.testing.assert_array_equal(model.trainable_variables[0], weights[0])
    for now, before in zip(model.get_weights(), weights, strict=True):
        np.testing.assert_array_equal(now, before)
    np.testing.assert_array_equal(model.predict_on_batch(x), outside)


class EvaluationFailed(Exception):
    pass


def test_the_weights_come_back_when_the_evaluation_raises(pair):
    variables, average = pair
    weights = values(variables)
    for _ in range(2):  # and the block can be entered again
        with pytest.raises(EvaluationFailed), average.swapped_into(variables):
            assert values(variables) != weights
            variables[0].assign([[np.nan, np.nan]])
            raise EvaluationFailed
        assert values(variables) == weights


def test_the_weights_come_back_when_putting_the_averages_in_fails(pair, monkeypatch):
    variables, average = pair
    weights, assign = values(variables), type(variables[1]).assign

    def failing(self, value, *arguments, **options):
        if self is variables[1] and np.asarray(value).tolist() != weights[1]:
            raise EvaluationFailed
        return assign(self, value, *arguments, **options)

    monkeypatch.setattr(type(variables[1]), "assign", failing)
    with pytest.raises(EvaluationFailed), average.swapped_into(variables):
        pytest.fail("the block must not run")
    assert values(variables) == weights
    with average.swapped_into(variables[:1]):
        pass


def test_nesting_and_changes_inside_the_block_are_refused_and_leave_it_whole(pair, tmp_path):
    variables, average = pair
    weights = values(variables)
    average.save(tmp_path / "average.npz")
    with average.swapped_into(variables):
        inside = values(variables)
        for name, change in {
            "swapped_into": lambda: average.swapped_into(variables).__enter__(),
            "apply": lambda: average.apply(1),
            "restore": lambda: average.restore(tmp_path / "average.npz"),
        }.items():
            message = f"{name} must not be called inside swapped_into: the variables hold the averages there"
            with pytest.raises(RuntimeError, match=f"^{message}$"):
                change()
            assert values(variables) == inside == values(map(average.average, variables))
    assert values(variables) == weights


def test_two_averages_of_one_model_nest(pair):
    variables, fast = pair
    weights = values(variables)
    slow = ema.WeightAverage(variables, ema.MovingAverage(0.5, "zero"))
    with fast.swapped_into(variables):
        outer = values(variables)
        with slow.swapped_into(variables):
            assert values(variables) == [[[0, 0]], [0]]
        assert values(variables) == outer
    assert values(variables) == weights


def test_a_part_of_the_variables_can_be_swapped(pair):
    (first, second), average = pair
    with average.swapped_into([second]):
        assert values([first]) == [[[2.0, 3.0]]]
        assert values([second]) == values([average.average(second)])


def test_swapping_leaves_the_optimizer_alone(model):
    model.compile("adam", "mse")
    random = np.random.RandomState(8)
    x, y = random.randn(8, 2), random.randn(8, 1)
    average = ema.WeightAverage(model, RULE)
    for step in range(3):
        model.train_on_batch(x, y)
        average.apply(step)
    state = values(model.optimizer.variables)
    with average.swapped_into(model):
        model.test_on_batch(x, y)
    assert values(model.optimizer.variables) == state


def test_swapping_inside_a_function_is_refused(pair):
    variables, average = pair

    @tf.function(autograph=False)
    def evaluate():
        with average.swapped_into(variables):
            pass

    with pytest.raises(RuntimeError, match=r"^swapped_into must not be used inside a tf\.function, got a graph"):
        evaluate()


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


def test_an_unknown_variable_is_refused_before_anything_is_swapped(pair):
    variables, average = pair
    stranger, weights = tf.Variable([[1.0, 2.0]], name="stranger"), values(variables)
    message = re.escape("variable must be one of the 2 that are averaged, got stranger:0 of shape (1, 2)")
    with pytest.raises(ValueError, match=message):
        average.average(stranger)
    with pytest.raises(ValueError, match=message), average.swapped_into([*variables, stranger]):
        pytest.fail("the block must not run")
    assert values(variables) == weights
    average.apply(1)  # not taken for swapped


@pytest.mark.parametrize(
    ("step", "error", "message"),
    [(-1, ValueError, "step must be at least 0, got -1"), (1.5, TypeError, "step must be an integer, got 1.5")],
)
def test_a_bad_step_changes_nothing(pair, step, error, message):
    variables, average = pair
    before = values(map(average.average, variables))
    with pytest.raises(error, match=re.escape(message)):
        average.apply(step)
    assert values(map(average.average, variables)) == before
