"""The paired comparison against SciPy-free oracles: the standard library's statistics and hand-made numbers."""

import math
import re
import statistics
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnopt_course._tensorflow import tf
from nnopt_course.comparison import Difference, paired_difference

results = st.lists(st.tuples(*[st.floats(-1e6, 1e6)] * 2), min_size=2, max_size=20)


@given(results)
def test_equals_the_statistics_module(pairs):
    difference = paired_difference(*zip(*pairs, strict=True))
    d = [a - b for a, b in pairs]
    # Both sum at most 20 numbers below 4e6 in double precision.
    assert difference.mean == pytest.approx(statistics.fmean(d), abs=1e-8)
    assert difference.standard_error == pytest.approx(statistics.stdev(d) / math.sqrt(len(d)), rel=1e-6, abs=1e-8)
    assert difference.pairs == len(pairs)


@given(results)
def test_swapping_the_two_changes_the_sign_only(pairs):
    first, second = zip(*pairs, strict=True)
    one, other = paired_difference(first, second), paired_difference(second, first)
    assert (one.mean, one.standard_error, one.is_clear) == (-other.mean, other.standard_error, other.is_clear)


def test_clear_means_more_than_twice_the_standard_error():
    assert not Difference(2.0, 1.0, 10).is_clear
    assert Difference(2.0001, 1.0, 10).is_clear
    assert Difference(-2.0001, 1.0, 10).is_clear
    assert str(Difference(0.1, 0.2, 10)) == "+0.1000 ± 0.2000: not clear"


@given(results, st.integers(-40, 40))
def test_the_unit_of_the_results_is_that_of_the_difference(pairs, exponent):
    first, second = (np.array(column) for column in zip(*pairs, strict=True))
    one, other = paired_difference(first, second), paired_difference(first * 2.0**exponent, second * 2.0**exponent)
    # A power of two rounds nothing, as long as no square becomes subnormal.
    assert (other.mean, other.is_clear) == (one.mean * 2.0**exponent, one.is_clear)
    assert other.standard_error == pytest.approx(one.standard_error * 2.0**exponent, rel=1e-12, abs=1e-150)


def test_results_may_be_tensors_arrays_and_integers():
    kinds = [1, 2, 4], np.array([1, 2, 4], np.float32), tf.constant([1.0, 2.0, 4.0]), [Fraction(1), 2, 4]
    assert {paired_difference(kind, [0, 0, 0]) for kind in kinds} == {paired_difference([1.0, 2.0, 4.0], [0, 0, 0])}


def test_the_largest_results_pass():
    assert paired_difference([1e150, 0.0], [0.0, -1e150]).mean == 1e150


NAN, INF = math.nan, math.inf


@pytest.mark.parametrize(
    ("first", "error", "message"),
    [
        ([1.0], ValueError, "first and second must hold one result per seed, at least two, got (1,) and (2,)"),
        ([1.0, 2.0, 3.0], ValueError, "at least two, got (3,) and (2,)"),
        ([[1.0, 2.0]], ValueError, "at least two, got (1, 2) and (2,)"),
        ([[1.0], [2.0]], ValueError, "at least two, got (2, 1) and (2,)"),  # NumPy would make 2 by 2 differences
        (5.0, ValueError, "at least two, got () and (2,)"),
        ([], ValueError, "at least two, got (0,) and (2,)"),
        ([1.0, NAN], ValueError, "first must be finite and at most 1e+150 in size, got [1.0, nan]: count a failed"),
        ([1.0, -INF], ValueError, "first must be finite and at most 1e+150 in size, got [1.0, -inf]: count a failed"),
        ([1.0, 1e200], ValueError, "first must be finite and at most 1e+150 in size, got [1.0, 1e+200]: count a"),
        (["1", "2"], TypeError, "first must be a sequence of numbers, got ['1', '2']"),
        ([True, False], TypeError, "first must be a sequence of numbers, got [True, False]"),
        ([1j, 2.0], TypeError, "first must be a sequence of numbers, got [1j, 2.0]"),
        ([1.0, [2.0, 3.0]], TypeError, "first must be a sequence of numbers, got [1.0, [2.0, 3.0]]"),
        ([1.0, 10**400], TypeError, "first must be a sequence of numbers, got [1.0, 1000"),
        (np.array(["2020-01-01", "2020-01-02"], "M8[D]"), TypeError, "first must be a sequence of numbers, got array"),
        ([None, 1.0], TypeError, "first must be a sequence of numbers, got [None, 1.0]"),
        ({1.0: 2.0}, TypeError, "first must be a sequence of numbers, got {1.0: 2.0}"),
        (None, TypeError, "first must be a sequence of numbers, got None"),
    ],
)
def test_refuses_what_it_cannot_compare(first, error, message):
    with pytest.raises(error, match=re.escape(message)):
        paired_difference(first, [1.0, 2.0])
    if "first and second" not in message and "at least two" not in message:
        with pytest.raises(error, match=f"^{re.escape(message.replace('first', 'second'))}"):
            paired_difference([1.0, 2.0], first)


@pytest.mark.parametrize("result", [[1.0], []])
def test_one_pair_has_no_standard_error_and_is_refused(result):
    with pytest.raises(ValueError, match=rf"at least two, got \({len(result)},\) and \({len(result)},\)"):
        paired_difference(result, result)
