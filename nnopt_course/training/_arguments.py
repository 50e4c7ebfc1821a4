"""What a run is given, checked: every message names the argument, the rule and the value."""

from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np

from nnopt_course import _checks, _tensor_checks
from nnopt_course._tensorflow import TensorLike, tf
from nnopt_course._weights import is_weight


def tensors_of_starts(starts: Sequence[Sequence[TensorLike]]) -> list[tuple[tf.Tensor, ...]]:
    """Convert the initial parameters of every run; all runs have the same shapes and one floating dtype."""
    runs = [_tensors("parameters", start) for start in starts]
    if not runs:
        raise ValueError("starts must hold the parameters of at least one run, got none")
    if not runs[0]:
        raise ValueError("parameters must hold at least one array, got none")
    dtype, shapes = runs[0][0].dtype, [tuple(value.shape) for value in runs[0]]
    for parameters in runs:
        for i, parameter in enumerate(parameters):
            if dtype not in _tensor_checks.FLOATING or parameter.dtype != dtype:
                raise TypeError(
                    "parameters must all have one floating dtype, "
                    f"got {dtype.name} for the first and {parameter.dtype.name} for number {i + 1}"
                )
            if not np.isfinite(parameter.numpy()).all():
                raise ValueError(f"parameters must be finite, got NaN or infinity in parameters[{i}]")
        if [tuple(value.shape) for value in parameters] != shapes:
            got = [tuple(value.shape) for value in parameters]
            raise ValueError(f"starts must hold arrays of the same shapes for every run, got {shapes} and {got}")
    return runs


def tensors_of_data(name: str, data: Sequence[TensorLike], dtype: tf.DType) -> tuple[tf.Tensor, ...]:
    """Convert arrays with one row per example; floating ones have the dtype of the parameters."""
    tensors = _tensors(name, data)
    for i, value in enumerate(tensors):
        if value.dtype.is_floating and value.dtype != dtype:
            raise TypeError(f"{name}[{i}] must have the parameters' dtype {dtype.name}, got {value.dtype.name}")
        if value.shape.rank == 0 or value.shape[0] != tensors[0].shape[0] or value.shape[0] == 0:
            shapes = [tuple(v.shape) for v in tensors]
            raise ValueError(f"{name} must have one row per example and equally many rows, got shapes {shapes}")
    return tensors


def size_of_batch(batch_size: int | None, data: Sequence[tf.Tensor]) -> int:
    """Return the number of examples per update: all of them if not given, 0 where there is no data."""
    if not data:
        if batch_size is not None:
            raise ValueError(f"batch_size must be left out when there is no data, got {batch_size!r}")
        return 0
    examples: int = data[0].shape[0]
    if batch_size is None:
        return examples
    batch_size = _checks.positive_integer("batch_size", batch_size)
    if batch_size > examples:
        raise ValueError(f"batch_size must be at most the {examples} examples, got {batch_size}")
    return batch_size


def schedule_and_rates(learning_rate: Sequence[Any], runs: int, dtype: tf.DType) -> tuple[Any, np.ndarray]:
    """Return the schedule, if it is one, and the constant rate of each run in the dtype of the parameters."""
    if len(learning_rate) != runs:
        raise ValueError(f"learning_rate must be one for each of the {runs} runs, got {len(learning_rate)}")
    if any(map(callable, learning_rate)):
        if any(rate is not learning_rate[0] for rate in learning_rate):
            raise ValueError(f"learning_rate must be numbers or one schedule for all runs, got {learning_rate!r}")
        return learning_rate[0], np.zeros(runs, dtype.as_numpy_dtype)
    with np.errstate(over="ignore"):
        rates = np.array([_checks.positive("learning_rate", rate) for rate in learning_rate], dtype.as_numpy_dtype)
    for given, rate in zip(learning_rate, rates, strict=True):
        if not 0 < rate < np.inf:
            raise ValueError(f"learning_rate must be in the range of {dtype.name}, got {given!r}")
    return None, rates


def seeds_of_shuffling(shuffle_seed: Sequence[int | None], runs: int, data: Sequence[tf.Tensor]) -> list[int]:
    """Return one seed for each run, or none at all for rows in their own order."""
    if len(shuffle_seed) != runs:
        raise ValueError(f"shuffle_seed must be one for each of the {runs} runs, got {len(shuffle_seed)}")
    if all(seed is None for seed in shuffle_seed):
        return []
    if not data:
        raise ValueError(f"shuffle_seed must be left out when there is no data, got {shuffle_seed[0]!r}")
    return [_checks.integer("shuffle_seed", seed, smallest=0, largest=2**32 - 1) for seed in shuffle_seed]


def check_parts(parameters: Sequence[tf.Tensor], penalty: Any, **functions: Any) -> None:
    """Refuse what is no hashable function, and a penalty that would find no weight."""
    for name, function in {**functions, "penalty": penalty}.items():
        if name in ("loss", "optimizer") or function is not None:
            if not isinstance(function, Hashable) or not callable(function):
                raise TypeError(f"{name} must be a hashable function, got {function!r}")
    for name, method in {"optimizer": "initial_slots", "average": "initial_shadow"}.items():
        if functions[name] is not None and not callable(getattr(functions[name], method, None)):
            raise TypeError(f"{name} must have the method {method}, got {functions[name]!r}")
    if penalty and not any(map(is_weight, parameters)):
        shapes = [tuple(value.shape) for value in parameters]
        raise ValueError(f"penalty needs a parameter of two axes or more, got shapes {shapes}")


def _tensors(name: str, values: Sequence[TensorLike]) -> tuple[tf.Tensor, ...]:
    """Convert a list of arrays; one array alone would be taken for a list of its rows."""
    if not isinstance(values, list | tuple):
        raise TypeError(f"{name} must be a list or tuple of arrays, got {type(values).__name__}")
    tensors = []
    for i, value in enumerate(values):
        try:
            tensors.append(tf.convert_to_tensor(value))
        except (TypeError, ValueError) as error:
            raise TypeError(f"{name}[{i}] must be an array of numbers, got {value!r}") from error
        if tensors[-1].dtype == tf.string:
            raise TypeError(f"{name}[{i}] must be an array of numbers, got strings")
    return tuple(tensors)
