"""The checks that the parts share: what passes, what does not, and that every message teaches."""

import dataclasses
import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, mutually_broadcastable_shapes

from nnopt_course import _checks, _tensor_checks
from nnopt_course._tensorflow import tf

NAMES = ("first", "second")


@pytest.mark.parametrize("value", [1, 0.1, 5e-324, np.float32(2), np.int64(3), Fraction(1, 3)])
def test_positive_returns_positive_numbers_as_floats(value):
    checked = _checks.positive("rate", value)
    assert (type(checked), checked) == (float, float(value))


@pytest.mark.parametrize(
    "value", [0, -0.0, -1, math.inf, -math.inf, math.nan, np.float64("nan"), 10**400, Fraction(1, 10**400)]
)
def test_positive_refuses_other_numbers(value):
    with pytest.raises(ValueError) as caught:
        _checks.positive("rate", value)
    assert str(caught.value) == f"rate must be finite and above 0, got {value!r}"


@pytest.mark.parametrize("value", ["1", None, True, np.True_, 1j, [1], np.ones(1)])
def test_positive_refuses_what_is_no_number(value):
    with pytest.raises(TypeError) as caught:
        _checks.positive("rate", value)
    assert str(caught.value) == f"rate must be a number, got {value!r}"


@pytest.mark.parametrize("value", [0, 0.0, 1, 5e-324, np.float32(2), np.int64(0), Fraction(1, 3)])
def test_not_negative_returns_zero_and_positive_numbers_as_floats(value):
    checked = _checks.not_negative("strength", value)
    assert (type(checked), checked) == (float, float(value))


@pytest.mark.parametrize("value", [-5e-324, -1, math.inf, -math.inf, math.nan, np.float64("nan"), 10**400])
def test_not_negative_refuses_other_numbers(value):
    with pytest.raises(ValueError) as caught:
        _checks.not_negative("strength", value)
    assert str(caught.value) == f"strength must be finite and at least 0, got {value!r}"


ENDS = {0: "[", 1: "]"}


@pytest.mark.parametrize("interval", ["(0, 1)", "(0, 1]", "[0, 1)", "[0, 1]"])
@pytest.mark.parametrize(
    "value", [0, 1, 0.5, 5e-324, 1 - 2**-53, -5e-324, 1 + 2**-52, -0.9, 10**400, math.inf, math.nan]
)
def test_in_interval_reads_the_brackets_as_mathematics_does(interval, value):
    if 0 < value < 1 or ENDS.get(value) in tuple(interval):
        checked = _checks.in_interval("rate", value, interval)
        assert (type(checked), checked) == (float, value)
    else:
        with pytest.raises(ValueError) as caught:
            _checks.in_interval("rate", value, interval)
        assert str(caught.value) == f"rate must be in {interval}, got {value!r}"


@pytest.mark.parametrize(
    "check", [_checks.not_negative, lambda name, value: _checks.in_interval(name, value, "[0, 1]")]
)
@pytest.mark.parametrize("value", ["1", None, True, np.True_, 1j, [1], np.ones(1)])
def test_the_other_checks_of_numbers_refuse_what_is_no_number(check, value):
    with pytest.raises(TypeError) as caught:
        check("rate", value)
    assert str(caught.value) == f"rate must be a number, got {value!r}"


@pytest.mark.parametrize("value", [True, False])
def test_boolean_passes_true_and_false(value):
    assert _checks.boolean("staircase", value) is value


@pytest.mark.parametrize("value", [1, 0, "yes", None, np.True_])
def test_boolean_refuses_the_rest(value):
    with pytest.raises(TypeError) as caught:
        _checks.boolean("staircase", value)
    assert str(caught.value) == f"staircase must be True or False, got {value!r}"


def test_in_interval_looks_at_the_number_as_a_float():
    with pytest.raises(ValueError, match=r"rate must be in \(0, 1\], got Fraction"):
        _checks.in_interval("rate", Fraction(1, 10**400), "(0, 1]")


def test_integer_has_both_ends():
    assert [_checks.integer("steps", value, smallest=0, largest=2) for value in (0, 1, 2)] == [0, 1, 2]
    with pytest.raises(ValueError, match=r"steps must be at least 0, got -1$"):
        _checks.integer("steps", -1, smallest=0)
    with pytest.raises(ValueError, match=r"steps must be at most 2, got 3$"):
        _checks.integer("steps", 3, smallest=0, largest=2)
    with pytest.raises(TypeError, match=r"steps must be an integer, got 1\.0$"):
        _checks.integer("steps", 1.0, smallest=0)


@given(st.integers())
def test_positive_integer_passes_exactly_the_integers_above_zero(value):
    if value > 0:
        assert _checks.positive_integer("steps", value) == value
    else:
        with pytest.raises(ValueError, match=f"steps must be at least 1, got {value}$"):
            _checks.positive_integer("steps", value)


def test_positive_integer_refuses_what_is_too_large():
    assert _checks.positive_integer("steps", 7, largest=7) == 7
    with pytest.raises(ValueError, match="steps must be at most 7, got 8"):
        _checks.positive_integer("steps", 8, largest=7)


def test_positive_integer_returns_a_python_int():
    assert type(_checks.positive_integer("steps", np.uint8(7))) is int


@pytest.mark.parametrize("value", [1.0, "1", None, True, np.float64(2), 2j])
def test_positive_integer_refuses_what_is_no_integer(value):
    with pytest.raises(TypeError) as caught:
        _checks.positive_integer("steps", value)
    assert str(caught.value) == f"steps must be an integer, got {value!r}"


@dataclasses.dataclass(frozen=True)
class Point:
    x: float
    n: int


def test_keep_stores_what_the_rules_return_in_a_frozen_value():
    point = Point(np.float32(0.5), np.int8(3))
    _checks.keep(point, x=_checks.positive, n=_checks.positive_integer)
    assert repr(point) == "Point(x=0.5, n=3)"
    with pytest.raises(ValueError, match=r"x must be finite and above 0, got -1$"):
        _checks.keep(Point(-1, 3), x=_checks.positive)


class Series:
    dtype = np.dtype("float32")

    def __array__(self, dtype=None, copy=None):
        return np.ones(2, dtype)


@pytest.mark.parametrize(
    "dtype",
    [tf.zeros(2, tf.bfloat16), Series(), tf.keras.Variable(1.0), "floaty", 3],
    ids=lambda dtype: type(dtype).__name__,
)
def test_a_dtype_that_numpy_does_not_know_is_refused(dtype):
    with pytest.raises(TypeError) as caught:
        _checks.floating_dtype(dtype)
    assert str(caught.value) == f"dtype must be a NumPy dtype or its name, got {dtype!r}"


NO_TENSOR = [None, object(), {}, [[1.0], [1.0, 2.0]], np.array([None]), Fraction(1, 2), 10**400, tf.keras.Input((2,))]


@pytest.mark.parametrize("value", NO_TENSOR, ids=lambda value: type(value).__name__)
def test_what_makes_no_tensor_is_refused_by_name(value):
    pair = [lambda: _tensor_checks.floating_pair(NAMES, value, value)]
    for call in (lambda: _tensor_checks.tensor("first", value), lambda: _tensor_checks.floating("first", value), *pair):
        with pytest.raises(TypeError) as caught:
            call()
        assert str(caught.value) == f"first must be a tensor or an array, got {value!r}"
    with pytest.raises(TypeError, match="second must be a tensor or an array, got "):
        _tensor_checks.floating_pair(NAMES, 1.0, value)


def test_floating_refuses_other_dtypes():
    for value, dtype in (([1], "int32"), (np.array([True]), "bool"), ("1", "string"), (1j, "complex128")):
        with pytest.raises(TypeError, match=f"^first must have a floating dtype, got {dtype}$"):
            _tensor_checks.floating("first", value)


@given(array_shapes(max_dims=3, max_side=4), array_shapes(max_dims=3, max_side=4))
def test_same_shape_passes_exactly_equal_shapes(first, second):
    tensors = tf.zeros(first), tf.zeros(second)
    if first == second:
        assert all(a is b for a, b in zip(_tensor_checks.same_shape(NAMES, *tensors), tensors, strict=True))
    else:
        with pytest.raises(ValueError) as caught:
            _tensor_checks.same_shape(NAMES, *tensors)
        assert f"first and second must have the same shape, got {first} and {second}: " in str(caught.value)


@given(mutually_broadcastable_shapes(num_shapes=2, max_dims=3, max_side=4))
def test_same_shape_says_what_numpy_would_have_made_of_them(shapes):
    first, second = shapes.input_shapes
    if first != second:
        with pytest.raises(ValueError) as caught:
            _tensor_checks.same_shape(NAMES, tf.zeros(first), tf.zeros(second))
        assert f"stretched both to {np.broadcast_shapes(first, second)} and compared the wrong pairs" in str(
            caught.value
        )


@pytest.mark.parametrize("dtype", [tf.float16, tf.bfloat16, tf.float32, tf.float64])
def test_floating_pair_gives_python_numbers_the_dtype_of_the_other_value(dtype):
    tensor = tf.constant([1.0], dtype)
    for pair in (([2], tensor), (tensor, [2]), ([2.5], tensor), (tensor, tf.Variable(tensor))):
        assert [value.dtype for value in _tensor_checks.floating_pair(NAMES, *pair)] == [dtype, dtype]
    assert _tensor_checks.floating_pair(NAMES, [0.1], tf.constant([0.1], tf.float64))[0].numpy() == 0.1  # not rounded


@pytest.mark.parametrize("value", [[1], np.array([1]), tf.constant([True]), [1j], tf.constant(["1"])])
def test_floating_pair_refuses_what_is_not_floating(value):
    with pytest.raises(TypeError, match="first must have a floating dtype, got "):
        _tensor_checks.floating_pair(NAMES, value, value)


def test_floating_pair_refuses_two_dtypes():
    with pytest.raises(TypeError, match="first and second must have the same dtype, got float32 and float64"):
        _tensor_checks.floating_pair(NAMES, tf.zeros(1), np.zeros(1))


@pytest.mark.parametrize("shape", [(0,), (0, 3), (3, 0)])
def test_not_empty_refuses_a_size_of_zero(shape):
    with pytest.raises(ValueError) as caught:
        _tensor_checks.not_empty("batch", tf.zeros(shape))
    assert f"batch must hold at least one example, got shape {shape}" in str(caught.value)


@pytest.mark.parametrize("shape", [(), (1,), (2, 3)])
def test_not_empty_passes_other_sizes(shape):
    assert _tensor_checks.not_empty("batch", tf.zeros(shape)) is None


def test_shape_text_writes_unknown_sizes_as_none():
    written = []

    @tf.function(input_signature=[tf.TensorSpec([None, 3]), tf.TensorSpec(None)])
    def look(some, none):
        written.extend(map(_tensor_checks.shape_text, (some, none)))

    look.get_concrete_function()
    assert written == ["(None, 3)", "of unknown rank"]
    assert _tensor_checks.shape_text(tf.zeros(4)) == "(4,)"
    assert _tensor_checks.shape_text(tf.zeros(())) == "()"
