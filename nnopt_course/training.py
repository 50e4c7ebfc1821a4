"""The training loop: every step of a run in one compiled program.

A Python loop around a training step pays for the way from Python to TensorFlow at each step, which costs far more than
the arithmetic of a small network. :func:`train` hands the whole loop to the compiler instead. Programs are kept and
found again by the values of what they were built from, so a second run with the same set-up compiles nothing.
"""

import functools
import os
from collections.abc import Callable, Hashable, Sequence
from typing import NamedTuple

import numpy as np

from nnopt_course import _checks
from nnopt_course._tensorflow import TensorLike, tf
from nnopt_course.optimizers import SGD, Optimizer

Loss = Callable[..., tf.Tensor]  # loss(parameters, *batch) -> scalar

# Compiles a small loop into one kernel: several times faster, same bits. XLA aborts the process over a flag it does
# not know, so the flag is set only for the version it was tested with, and before XLA reads the variable.
_ONE_KERNEL = "--xla_backend_extra_options=xla_cpu_small_while_loop_byte_threshold=65536"
if tf.__version__.startswith("2.21.") and "xla_backend_extra_options" not in os.environ.get("XLA_FLAGS", ""):
    os.environ["XLA_FLAGS"] = f"{os.environ.get('XLA_FLAGS', '')} {_ONE_KERNEL}".strip()


class History(NamedTuple):
    """What a run recorded; row ``r`` holds the state after ``step[r]`` updates, the last row the final state."""

    step: np.ndarray  # updates made, shape (rows,)
    loss: np.ndarray  # loss over all data, shape (rows,)
    parameters: list[np.ndarray]  # one array per parameter, shape (rows, *parameter shape)

    @property
    def final(self) -> list[np.ndarray]:
        """The parameters after the last update."""
        return [values[-1] for values in self.parameters]


class DivergenceError(ArithmeticError):
    """The loss became NaN or infinite during a run."""


def train(
    loss: Loss,
    parameters: Sequence[TensorLike],
    data: Sequence[TensorLike] = (),
    *,
    steps: int,
    learning_rate: float,
    batch_size: int | None = None,
    optimizer: Optimizer = SGD(),  # noqa: B008  frozen, so one instance serves every call
    record_every: int | None = None,
    jit: bool = True,
) -> History:
    r"""Minimize ``loss`` and return what happened; nothing that is passed in changes.

    Update :math:`t = 0, 1, \ldots` uses the consecutive rows :math:`tB, \ldots, tB + B - 1` of the data, counted modulo
    the number of examples, where :math:`B` is ``batch_size``.

    Args:
      loss: ``loss(parameters, *batch)`` returns a scalar. Give it a name with ``def``: a lambda written into the call
        is a new function each time, so it compiles each time. What it reads besides its arguments is fixed when it is
        first compiled: after a change of such a value, define the function anew.
      parameters: initial values, all of one floating dtype; that dtype is the precision of the run.
      data: arrays with one row per example, all with the same number of rows; floating ones have the parameters' dtype.
        Empty for a loss that depends on the parameters alone.
      steps: number of updates, from 1 to 2**31 - 1.
      learning_rate: size of an update, above 0 also in the parameters' dtype.
      batch_size: examples per update; it must divide the number of examples. All of them if not given.
      optimizer: the update rule.
      record_every: record after updates 1, ``record_every + 1``, ``2 record_every + 1``, ... and after the last one. If
        not given, after the first and the last one.
      jit: compile with XLA. Pass ``False`` where XLA lacks an operation; the same graph then runs uncompiled.

    Returns:
      The recorded steps, with the loss over all data and the parameters at each.

    Raises:
      ValueError: if sizes do not fit, the loss is not a scalar of the parameters' dtype, or it ignores a parameter.
      TypeError: if a dtype does not fit or a number has the wrong type.
      DivergenceError: if the loss of a batch or of all data stops being finite; it names the update.

    >>> def bowl(parameters):
    ...     return (parameters[0] + 1) ** 2
    >>> run = train(bowl, [np.float64(5)], steps=40, learning_rate=0.2)
    >>> run.step.tolist(), run.parameters[0].round(4).tolist()
    ([1, 40], [2.6, -1.0])
    """
    steps = _checks.positive_integer("steps", steps, largest=tf.int32.max)
    every = steps if record_every is None else min(steps, _checks.positive_integer("record_every", record_every))
    p, d = [tf.convert_to_tensor(value) for value in parameters], [tf.convert_to_tensor(value) for value in data]
    batch_size = _check_sizes(p, d, batch_size)
    with np.errstate(over="ignore"):
        rate = p[0].dtype.as_numpy_dtype(_checks.positive("learning_rate", learning_rate))
    if not 0 < rate < np.inf:
        raise ValueError(f"learning_rate must be in the range of {p[0].dtype.name}, got {learning_rate!r}")
    if not isinstance(loss, Hashable) or not callable(loss):
        raise TypeError(f"loss must be a hashable function of the parameters and a batch, got {loss!r}")
    rows = -(-(steps - 1) // every) + 1
    program = _compiled(loss, optimizer, batch_size, rows, jit, _specs(p), _specs(d))
    row, updates, losses, recorded = program(p, d, tf.constant(rate), tf.constant(steps), tf.constant(every))
    if int(row) < rows or not np.isfinite(losses[-1]):
        raise DivergenceError(
            f"the loss stopped being finite at update {int(updates)} of {steps}: "
            f"lower learning_rate (now {learning_rate!r}) or look for bad values in the data"
        )
    step = np.minimum(np.arange(rows) * every + 1, steps)
    return History(step, losses.numpy(), [values.numpy() for values in recorded])


@functools.lru_cache(maxsize=128)
def _compiled(loss, optimizer, batch_size, rows, jit, parameter_specs, data_specs):
    """Trace the whole run for these shapes; the learning rate, ``steps`` and ``every`` stay run-time arguments."""
    batches = data_specs[0].shape[0] // batch_size if data_specs else 1

    def program(parameters, data, learning_rate, steps, every):
        def update(step, parameters, slots, _):
            batch = data
            if batches > 1:
                start = step % batches * batch_size
                batch = [_rows(value, start, batch_size) for value in data]
            with tf.GradientTape(watch_accessed_variables=False) as tape:
                tape.watch(parameters)
                value = _scalar(loss(parameters, *batch), parameters[0].dtype)
            gradients = _check_gradients(tape.gradient(value, parameters))
            moved = [
                optimizer(parameter, gradient, slot, learning_rate, step)
                for parameter, gradient, slot in zip(parameters, gradients, slots, strict=True)
            ]
            return step + 1, [parameter for parameter, _ in moved], [slot for _, slot in moved], value

        def record_next(row, step, parameters, slots, value, records):
            stop = step + tf.minimum(tf.where(row == 0, 1, every), steps - step)  # as a sum, this cannot overflow
            step, parameters, slots, value = tf.while_loop(
                lambda step, _p, _s, value: (step < stop) & tf.math.is_finite(value),
                update,
                (step, parameters, slots, value),
            )
            everything = loss(parameters, *data)
            records = [array.write(row, v) for array, v in zip(records, [everything, *parameters], strict=True)]
            return row + 1, step, parameters, slots, tf.where(tf.math.is_finite(value), everything, value), records

        slots = [optimizer.initial_slots(parameter) for parameter in parameters]
        dtype = parameters[0].dtype
        shapes = [tf.TensorShape([]), *(parameter.shape for parameter in parameters)]
        records = [tf.TensorArray(dtype, rows, element_shape=shape) for shape in shapes]
        row, step, _, _, _, records = tf.while_loop(
            lambda row, _i, _p, _s, value, _r: (row < rows) & tf.math.is_finite(value),
            record_next,
            (0, 0, parameters, slots, tf.zeros([], dtype), records),
        )
        losses, *recorded = [array.stack() for array in records]
        return row, step, losses, recorded

    function = tf.function(program, jit_compile=jit, autograph=False)
    integer = tf.TensorSpec([], tf.int32)
    rate = tf.TensorSpec([], parameter_specs[0].dtype)
    return function.get_concrete_function(list(parameter_specs), list(data_specs), rate, integer, integer)


def _rows(values, start, count):
    """Slice rows so that their number stays known; both ends are inside, XLA would shift a slice that is not."""
    return tf.slice(values, [start] + [0] * (values.shape.rank - 1), [count, *values.shape[1:]])


def _specs(tensors):
    return tuple(tf.TensorSpec(tensor.shape, tensor.dtype) for tensor in tensors)


def _check_sizes(parameters, data, batch_size):
    """Check parameters and data against each other and return the batch size to use."""
    if not parameters:
        raise ValueError("parameters must hold at least one array, got none")
    dtype = parameters[0].dtype
    for i, parameter in enumerate(parameters):
        if not dtype.is_floating or parameter.dtype != dtype:
            raise TypeError(
                "parameters must all have one floating dtype, "
                f"got {dtype.name} for the first and {parameter.dtype.name} for number {i + 1}"
            )
    for i, value in enumerate(data):
        if value.dtype.is_floating and value.dtype != dtype:
            raise TypeError(f"data[{i}] must have the parameters' dtype {dtype.name}, got {value.dtype.name}")
        if value.shape.rank == 0 or value.shape[0] != data[0].shape[0] or value.shape[0] == 0:
            raise ValueError(
                f"data must have one row per example and equally many rows, got shapes {[tuple(v.shape) for v in data]}"
            )
    if not data:
        if batch_size is not None:
            raise ValueError(f"batch_size must be left out when there is no data, got {batch_size!r}")
        return None
    examples = data[0].shape[0]
    if batch_size is None:
        return examples
    batch_size = _checks.positive_integer("batch_size", batch_size)
    if examples % batch_size:
        raise ValueError(
            f"batch_size must divide the {examples} examples, got {batch_size}: "
            "the last batch would run over the end of the data"
        )
    return batch_size


def _scalar(value, dtype):
    value = tf.convert_to_tensor(value)
    if value.shape.rank != 0 or value.dtype != dtype:
        raise ValueError(
            f"loss must return a scalar of dtype {dtype.name}, got shape {value.shape} and dtype {value.dtype.name}"
        )
    return value


def _check_gradients(gradients):
    for i, gradient in enumerate(gradients):
        if gradient is None:
            raise ValueError(
                f"loss must depend on every parameter through TensorFlow operations, "
                f"got no gradient for parameters[{i}]"
            )
    return gradients
