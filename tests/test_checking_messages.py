"""What a check says about an answer: numbers, arrays and exceptions in words for the learner."""

import numpy as np
import pytest

from nnopt_course.checking.observing import Unusable, disagreement, same

SAID = {
    "a number without zeros behind": (2.5, 300.0, "expected 300, got 2.5"),
    "six decimals": (1 / 3, 0.0, "expected 0, got 0.333333"),
    "an array": ([1.0, 2.0], [1.0, 3.0], "expected [1., 3.] of shape (2,), got [1., 2.] of shape (2,)"),
    "a matrix on one line": ([[1.0], [2.0]], [1.0], "expected [1.] of shape (1,), got [[1.], [2.]] of shape (2, 1)"),
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
