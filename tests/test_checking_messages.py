"""What a check says about an answer: numbers, arrays and exceptions in words for the learner."""

import importlib
from dataclasses import FrozenInstanceError

import numpy as np
import pytest

from nnopt_course import losses
from nnopt_course._tensorflow import tf
from nnopt_course.checking.looks import column, in_graph, single
from nnopt_course.checking.observing import Answer, Unusable, disagreement, observe, same

SAID = {
    "a number without zeros behind": (2.5, 300.0, "expected 300, got 2.5"),
    "six decimals": (1 / 3, 0.0, "expected 0, got 0.333333"),
    "an array": ([1.0, 2.0], [1.0, 3.0], "expected [1., 3.] of shape (2,), got [1., 2.] of shape (2,)"),
    "a matrix on one line": ([[1.0], [2.0]], [1.0], "expected [1.] of shape (1,), got [[1.], [2.]] of shape (2, 1)"),
    "whole numbers": ([0.5], [2], "expected [2.] of shape (1,), got [0.5] of shape (1,)"),
    "six decimals in an array": ([1 / 3], [0.0], "expected [0.] of shape (1,), got [0.333333] of shape (1,)"),
    "tiny numbers": ([1.0, 1e-9], [2.0], "expected [2.] of shape (1,), got [1., 0.] of shape (2,)"),
    "many numbers": (
        np.zeros(9),
        [2.0],
        "expected [2.] of shape (1,), got [0., 0., 0., ..., 0., 0., 0.] of shape (9,)",
    ),
    "an array for a number": ([1.0], 1.0, "expected 1, got [1.] of shape (1,): return a single number"),
    "a number for an array": (1.0, [1.0], "expected [1.] of shape (1,), got 1"),
    "no exception": (1.0, ValueError, "expected ValueError, got 1"),
    "another exception": (TypeError("no"), ValueError, "expected ValueError, got TypeError: no"),
    "the exception": (ValueError("no"), ValueError, ""),
    "an exception without words": (ValueError(), 1.0, "your code raised ValueError"),
    "an exception that repeats its name": (ValueError("ValueError: no"), 1.0, "your code raised ValueError: no"),
    "the first line": (ValueError("one\ntwo"), 1.0, "your code raised ValueError: one"),
    "AutoGraph's traceback": (TypeError("in user code:\n\n  no"), 1.0, "your code raised TypeError: no"),
    "TensorFlow's node": (ValueError("{{function_node f}} no"), 1.0, "your code raised ValueError: no"),
    "a long message": (ValueError("a" * 201), 1.0, f"your code raised ValueError: {'a' * 200}"),
    "what is unusable": (Unusable("no number"), 1.0, "no number"),
}


@pytest.mark.parametrize(("shown", "expect", "words"), SAID.values(), ids=SAID)
def test_a_difference_is_told_in_words(shown, expect, words):
    shown = np.array(shown) if isinstance(shown, (float, list)) else shown
    assert disagreement(shown, expect) == words


def test_two_outcomes_agree_up_to_the_rounding_of_float32():
    one = np.array([1.0, np.nan])
    assert same(one, np.array([1.000005, np.nan])) and same(np.array(0.0), np.array(5e-7))
    assert not same(one, np.array([1.00005, np.nan])) and not same(np.array(0.0), np.array(5e-6))
    assert not same(np.array([1.0]), np.array(1.0))
    assert same(ValueError("one"), ValueError("two")) and not same(ValueError(), TypeError())
    assert not same(one, ValueError()) and not same(Unusable("no"), Unusable("no"))


def test_a_single_number_is_made_a_float_and_anything_else_told():
    assert single(tf.constant(2.5)) == 2.5 and type(single(2)) is float
    assert single(None) is None
    words = "your function returned a list, which is not a single number."
    assert single([1.0]) == Unusable(words)
    assert single([1.0], "Return a rate.") == Unusable(f"{words} Return a rate.")
    assert single("one") == Unusable("your function returned a str, which is not a single number.")


def test_inside_a_graph_only_the_number_of_examples_is_unknown_and_dtypes_are_kept():
    seen = []

    def loss(y_true, y_pred, cost):
        seen.append([(each.shape.as_list(), each.dtype) for each in (y_true, y_pred)])
        return tf.reduce_sum(tf.cast(y_true, tf.float64) + y_pred) * cost

    ids = tf.constant([[1], [2]], tf.int32)
    assert in_graph(ids, tf.cast(column(0.5, 0.25), tf.float64), 2.0)(Answer(loss)) == 7.5
    assert seen == [[([None, 1], tf.int32), ([None, 1], tf.float64)]]


def raised_by(function):
    with pytest.raises(Exception) as caught:
        function()
    return caught.value


def misuses_the_course():
    return losses.mean_squared_error([1.0], 2.0)


def imports_what_is_not_there():
    return importlib.import_module("no.such.module")


@tf.function
def breaks_in_a_graph():
    value = tf.constant(1.0)
    return value.no_such_method()


@pytest.mark.parametrize(
    ("function", "line"),
    [
        (misuses_the_course, "return losses.mean_squared_error([1.0], 2.0)"),
        (imports_what_is_not_there, 'return importlib.import_module("no.such.module")'),
        (breaks_in_a_graph, "function()"),  # what called it; the line itself exists in AutoGraph's copy only
    ],
)
def test_the_line_that_is_shown_is_the_learners(function, line):
    assert disagreement(raised_by(function), 1.0).splitlines()[1].endswith(f": {line}")


@pytest.mark.parametrize("name", ["keras", "np", "tf"])
def test_a_missing_import_is_that_of_the_first_cell(name):
    answer = Answer(eval(f"lambda: {name}.abs(1)", {}))
    observe(lambda answer: answer(), answer)
    assert answer.advice == "Run the first cell of the notebook, which imports what the page needs."


def test_what_is_unusable_cannot_be_changed():
    with pytest.raises(FrozenInstanceError):
        Unusable("one").words = "two"


class Raises:
    """Something to call that is no function: it has neither code nor names of its own."""

    def __call__(self):
        raise KeyError("no")


def test_advice_is_only_for_the_names_of_a_function_that_raised():
    answer = Answer(Raises())
    assert answer.advice == ""
    assert isinstance(observe(lambda answer: answer(), answer), KeyError)
    assert answer.advice == ""
    assert Answer(eval("lambda: tf.abs(1)", {"tf": 3})).advice == ""


def test_what_a_probe_raises_before_it_calls_the_answer_is_its_own():
    answer = Answer(Raises())
    observe(lambda answer: answer(), answer)
    with pytest.raises(ZeroDivisionError):
        observe(lambda answer: 1 / 0, answer)
