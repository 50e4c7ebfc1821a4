"""The paired comparison against SciPy-free oracles: the standard library's statistics and hand-made numbers."""

import math
import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
    assert str(Difference(0.1, 0.2, 10)) == "0.1000 with standard error 0.2000 over 10 seeds: not clear"


@pytest.mark.parametrize(
    ("first", "second", "words"),
    [
        ([1.0], [2.0], "at least two"),
        ([1.0, 2.0], [1.0, 2.0, 3.0], r"got \(2,\) and \(3,\)"),
        ([[1.0, 2.0]], [[1.0, 2.0]], r"got \(1, 2\)"),
        ([1.0, math.nan], [1.0, 2.0], "finite"),
        ([1.0, 2.0], [1.0, math.inf], "finite"),
    ],
)
def test_refuses_what_it_cannot_compare(first, second, words):
    with pytest.raises(ValueError, match=words):
        paired_difference(first, second)
