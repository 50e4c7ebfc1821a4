"""Averages swapped into a model, and always out again: after errors, when nested, whatever happens inside."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from nnopt_course import ema
from nnopt_course._tensorflow import tf

RULE = ema.MovingAverage(0.875)


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


@settings(max_examples=20)
@given(st.lists(arrays(np.float64, 3, elements=st.floats(-1e6, 1e6)), min_size=1, max_size=6), st.data())
def test_any_block_leaves_the_weights_as_they_were_and_shows_averages_in_their_range(path, data):
    convention = data.draw(st.sampled_from(["fixed", "warmup", "corrected", "keras"]))
    variable = tf.Variable(path[0])
    average = ema.WeightAverage([variable], ema.MovingAverage(data.draw(st.floats(0, 0.999)), convention))
    for step, value in enumerate(path):
        variable.assign(value)
        average.apply(step)
    with average.swapped_into([variable]):
        inside = variable.numpy()
        variable.assign(data.draw(arrays(np.float64, 3)))
    assert variable.numpy().tobytes() == path[-1].tobytes()
    slack = 1e-8  # roundings of values up to 1e6; 1 - 0.999^n has 13 digits
    assert np.all((np.min(path, 0) - slack <= inside) & (inside <= np.max(path, 0) + slack))


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
