"""A run from its arguments to its history."""

from collections.abc import Callable, Hashable, Sequence
from typing import Any, NamedTuple, Protocol

import numpy as np

from nnopt_course import _checks
from nnopt_course._tensorflow import TensorLike, tf
from nnopt_course._weights import is_weight
from nnopt_course.optimizers import SGD, Optimizer
from nnopt_course.training.program import _compiled

Loss = Callable[..., tf.Tensor]  # loss(parameters, *batch) -> scalar
Schedule = Callable[[tf.Tensor], TensorLike]  # schedule(step) -> learning rate; the first step is 0
Penalty = Callable[[tf.Tensor], tf.Tensor]  # penalty(weight) -> scalar


class Average(Protocol):
    """What :func:`train` asks of a moving average, such as :class:`nnopt_course.ema.MovingAverage`."""

    def initial_shadow(self, value: tf.Tensor) -> tf.Tensor:
        """Return the shadow before the first update."""

    def __call__(self, shadow: tf.Tensor, value: tf.Tensor, step: tf.Tensor) -> tf.Tensor:
        """Return the shadow after an update to ``value``, made after ``step`` others."""


class History(NamedTuple):
    """What a run recorded; row ``r`` holds the state after ``step[r]`` updates, the last row the final state."""

    step: np.ndarray  # updates made, shape (rows,)
    learning_rate: np.ndarray  # rate of the last one, shape (rows,)
    loss: np.ndarray  # loss over all data plus penalty, shape (rows,)
    parameters: list[np.ndarray]  # one array per parameter, shape (rows, *parameter shape)
    shadows: list[np.ndarray]  # their averages, in the same shapes; empty without an average

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
    learning_rate: float | Schedule,
    batch_size: int | None = None,
    optimizer: Optimizer = SGD(),  # noqa: B008  frozen, so one instance serves every call
    penalty: Penalty | None = None,
    average: Average | None = None,
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
      learning_rate: size of an update, above 0 also in the parameters' dtype, or a schedule that maps the step to it.
      batch_size: examples per update; it must divide the number of examples. All of them if not given.
      optimizer: the update rule.
      penalty: added to the loss for each parameter of two axes or more, so not for biases.
      average: the moving average to keep of every parameter.
      record_every: record after updates 1, ``record_every + 1``, ``2 record_every + 1``, ... and after the last one. If
        not given, after the first and the last one.
      jit: compile with XLA. Pass ``False`` where XLA lacks an operation; the same graph then runs uncompiled.

    Returns:
      The recorded steps, with the learning rate, the loss over all data and the parameters at each.

    Raises:
      ValueError: if sizes do not fit, the loss is not a scalar of the parameters' dtype, or it ignores a parameter.
      TypeError: if a dtype does not fit or a number has the wrong type.
      DivergenceError: if the loss of a batch or of all data stops being finite; it names the update.

    The loss, and the schedule, optimizer, penalty and average if they are not frozen values of this package, are told
    apart by identity and must be hashable.

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
    schedule, rate = (learning_rate, 0) if callable(learning_rate) else (None, learning_rate)
    with np.errstate(over="ignore"):
        rate = p[0].dtype.as_numpy_dtype(rate if schedule else _checks.positive("learning_rate", rate))
    if not schedule and not 0 < rate < np.inf:
        raise ValueError(f"learning_rate must be in the range of {p[0].dtype.name}, got {learning_rate!r}")
    _check_functions(loss=loss, learning_rate=schedule, optimizer=optimizer, penalty=penalty, average=average)
    if penalty and not any(map(is_weight, p)):
        raise ValueError(f"penalty needs a parameter of two axes or more, got shapes {[tuple(v.shape) for v in p]}")
    rows = -(-(steps - 1) // every) + 1
    parts = loss, schedule, optimizer, penalty, average
    program = _compiled(*parts, batch_size, rows, jit, _specs(p), _specs(d))
    row, updates, rates, losses, recorded, shadows = program(
        p, d, tf.constant(rate), tf.constant(steps), tf.constant(every)
    )
    if int(row) < rows or not np.isfinite(losses[-1]):
        raise DivergenceError(
            f"the loss stopped being finite at update {int(updates)} of {steps}: "
            f"lower learning_rate (now {learning_rate!r}) or look for bad values in the data"
        )
    step = np.minimum(np.arange(rows) * every + 1, steps)
    arrays = [[values.numpy() for values in kept] for kept in (recorded, shadows)]
    return History(step, rates.numpy(), losses.numpy(), *arrays)


def _specs(tensors):
    return tuple(tf.TensorSpec(tensor.shape, tensor.dtype) for tensor in tensors)


def _check_functions(**functions: Any) -> None:
    for name, function in functions.items():
        if name in ("loss", "optimizer") or function is not None:
            if not isinstance(function, Hashable) or not callable(function):
                raise TypeError(f"{name} must be a hashable function, got {function!r}")


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
