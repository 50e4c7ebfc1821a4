"""Checks of tensors: dtypes and shapes are compared, never adapted by broadcasting."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from nnopt_course._tensorflow import tf

# TensorFlow counts 8-bit numbers as floating, too, and can add no two of them.
FLOATING = (tf.float16, tf.bfloat16, tf.float32, tf.float64)
# What TensorFlow raises for a value that is no tensor, a list that holds itself among them.
_NO_TENSOR = (TypeError, ValueError, OverflowError, RecursionError, tf.errors.InvalidArgumentError)
# A number too large for its dtype is infinite. In a graph TensorFlow converts it by NumPy, which would warn of that.
_without_warning = np.errstate(over="ignore")


@_without_warning
def tensor(name: str, value: Any, dtype_hint: Any = None) -> tf.Tensor:
    """Convert a value to a tensor; a list of Python numbers takes the dtype of the hint."""
    try:
        return tf.convert_to_tensor(value, dtype_hint=None if hasattr(value, "dtype") else dtype_hint)
    except _NO_TENSOR as error:
        raise TypeError(f"{name} must be a tensor or an array, got {value!r}") from error


def floating(name: str, value: Any) -> tf.Tensor:
    """Convert a value to a tensor of a floating dtype."""
    converted = tensor(name, value)
    if converted.dtype not in FLOATING:
        raise TypeError(f"{name} must have a floating dtype, got {converted.dtype.name}")
    return converted


def floating_pair(names: Sequence[str], first: Any, second: Any) -> tuple[tf.Tensor, tf.Tensor]:
    """Convert two values to tensors of one floating dtype; Python numbers take the dtype of the other value."""
    hint = next((value.dtype for value in (second, first) if hasattr(value, "dtype")), None)
    tensors = [tensor(name, value, hint) for name, value in zip(names, (first, second), strict=True)]
    for name, value in zip(names, tensors, strict=True):
        if value.dtype not in FLOATING:
            raise TypeError(
                f"{name} must have a floating dtype, got {value.dtype.name}: convert it with tf.cast, "
                "because the mean of integers would be cut off"
            )
    if tensors[0].dtype != tensors[1].dtype:
        raise TypeError(
            f"{names[0]} and {names[1]} must have the same dtype, "
            f"got {tensors[0].dtype.name} and {tensors[1].dtype.name}"
        )
    return tensors[0], tensors[1]


def same_shape(names: Sequence[str], first: tf.Tensor, second: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """Refuse shapes that differ, and say what broadcasting would have made of them; return what to go on with."""
    shapes = f"{names[0]} and {names[1]} must have the same shape, got {shape_text(first)} and {shape_text(second)}"
    if first.shape.rank is None or second.shape.rank is None:
        raise ValueError(f"{shapes}: the number of axes must be known")
    if not first.shape.is_compatible_with(second.shape):
        raise ValueError(f"{shapes}: {_broadcasting(first.shape, second.shape)}")
    return same_sizes_at_run_time(first, second)


def same_sizes_at_run_time(first: tf.Tensor, second: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """Return both tensors; in a graph that does not know their sizes, make it fail where they turn out to differ.

    XLA leaves out assertions. Stacking is an operation whose result is used, and it does not broadcast.
    """
    if first.shape.is_fully_defined() and second.shape.is_fully_defined():
        return first, second
    first, second = tf.unstack(tf.stack([first, second]))
    return first, second


def not_empty(name: str, tensor: tf.Tensor) -> None:
    """Refuse a batch that is known to hold no example."""
    if 0 in tensor.shape.as_list():
        raise ValueError(
            f"{name} must hold at least one example, got shape {shape_text(tensor)}: "
            "the mean of nothing is not a number"
        )


@_without_warning
def rounded(number: float, dtype: tf.DType) -> Any:
    """Return a number as a NumPy scalar of this dtype."""
    return dtype.as_numpy_dtype(number)


@_without_warning
def scalar(name: str, value: Any, dtype: tf.DType) -> tf.Tensor:
    """Convert a number to a scalar tensor of this dtype; a tensor must have the dtype already."""
    try:
        number = tf.convert_to_tensor(value, dtype)
    except _NO_TENSOR as error:
        raise TypeError(f"{name} must be a number or a scalar of dtype {dtype.name}, got {value!r}") from error
    if number.shape.rank != 0:
        raise ValueError(f"{name} must be a scalar, got shape {shape_text(number)}")
    return number


def step(value: Any) -> tf.Tensor:
    """Convert a step, which counts from 0, to a scalar integer tensor; a negative one is refused where it is known."""
    try:
        number = tf.convert_to_tensor(value)
    except _NO_TENSOR as error:
        raise TypeError(f"step must be an integer, got {value!r}") from error
    if not number.dtype.is_integer:
        raise TypeError(f"step must be an integer, got {value!r}")
    if number.shape.rank != 0:
        raise ValueError(f"step must be a scalar, got shape {shape_text(number)}")
    known = tf.get_static_value(number)
    if known is not None and known < 0:
        raise ValueError(f"step must be at least 0, got {known}")
    return number


def shape_text(tensor: tf.Tensor) -> str:
    """Write a shape as Python writes a tuple; an unknown size is ``None``."""
    return "of unknown rank" if tensor.shape.rank is None else str(tuple(tensor.shape.as_list()))


def _broadcasting(first: tf.TensorShape, second: tf.TensorShape) -> str:
    try:
        stretched = tf.broadcast_static_shape(first, second)
    except ValueError:
        return "these two do not broadcast either"
    return f"broadcasting would have stretched both to {tuple(stretched.as_list())} and compared the wrong pairs"
