"""Runs, from their arguments to their histories."""

from collections.abc import Callable, Sequence
from inspect import signature
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from nnopt_course import _checks
from nnopt_course._tensorflow import TensorLike, tf
from nnopt_course.optimizers import SGD, Optimizer
from nnopt_course.training._history import History
from nnopt_course.training._legs import run_all

Loss = Callable[..., tf.Tensor]  # loss(parameters, *batch) -> scalar
Schedule = Callable[[tf.Tensor], TensorLike]  # schedule(step) -> learning rate; the first step is 0
Penalty = Callable[[tf.Tensor], tf.Tensor]  # penalty(weight) -> scalar


class Average(Protocol):
    """What :func:`train` asks of a moving average, such as :class:`nnopt_course.ema.MovingAverage`."""

    def initial_shadow(self, value: tf.Tensor) -> tf.Tensor:
        """Return the shadow before the first update."""

    def __call__(self, shadow: tf.Tensor, value: tf.Tensor, step: tf.Tensor) -> tf.Tensor:
        """Return the shadow after an update to ``value``, made after ``step`` others."""


def train(
    loss: Loss,
    parameters: Sequence[TensorLike],
    data: Sequence[TensorLike] = (),
    *,
    steps: int,
    learning_rate: float | Schedule,
    batch_size: int | None = None,
    shuffle_seed: int | None = None,
    optimizer: Optimizer = SGD(),  # noqa: B008  frozen, so one instance serves every call
    penalty: Penalty | None = None,
    average: Average | None = None,
    held_out: Sequence[TensorLike] = (),
    record_every: int | None = None,
    record_parameters: bool = True,
    checkpoint: str | Path | None = None,
    checkpoint_every: int | None = None,
    progress: bool = False,
    jit: bool = True,
) -> History:
    r"""Minimize ``loss`` and return what happened; nothing that is passed in changes.

    Update :math:`t = 0, 1, \ldots` uses the places :math:`tB, \ldots, tB + B - 1` of an endless list of rows, where
    :math:`B` is ``batch_size``. The list is the data over and over again, in its own order or, with ``shuffle_seed``,
    each time in another one. So every example is seen equally often, and a batch may hold the end of one round and the
    beginning of the next.

    Args:
      loss: ``loss(parameters, *batch)`` returns a scalar. Give it a name with ``def``: a lambda written into the call
        is a new function each time, so it compiles each time. What it reads besides its arguments is fixed when it is
        first compiled: after a change of such a value, define the function anew.
      parameters: initial values, all of one floating dtype; that dtype is the precision of the run.
      data: arrays with one row per example, all with the same number of rows; floating ones have the parameters' dtype.
        Empty for a loss that depends on the parameters alone.
      steps: number of updates, from 1 to 2**53, those of a run that goes on from a checkpoint included.
      learning_rate: size of an update, above 0 also in the parameters' dtype, or a schedule that maps the step to it.
      batch_size: examples per update, from 1 to all of them. All of them if not given.
      shuffle_seed: seed of NumPy's ``RandomState``, in ``[0, 2**32)``, which gives one permutation for each round.
      optimizer: the update rule.
      penalty: added to the loss for each parameter of two axes or more, so not for biases.
      average: the moving average to keep of every parameter.
      held_out: arrays as in ``data``, of which only the loss is recorded.
      record_every: record after updates 1, ``record_every + 1``, ``2 record_every + 1``, ... and after the last one. If
        not given, after the first and the last one.
      record_parameters: pass ``False`` for a long record of rates and losses that keeps only the final parameters.
      checkpoint: file to write the run to, in NumPy's ``npz`` format, beside first and then renamed. If it is there,
        the run goes on from it and ends with the bits, and the history, of a run that was never stopped.
      checkpoint_every: updates between two writes; a tenth of ``steps`` if not given. The last update writes too. A
        write waits for the next move of a progress bar, a hundredth of ``steps`` at most.
      progress: show a progress bar where standard error is a terminal.
      jit: compile with XLA. Pass ``False`` where XLA lacks an operation; the same graph then runs uncompiled, several
        times slower for small layers and about as fast for wide ones (64-4096-10 on batches of 250: the book's page on
        speed has the times).

    Returns:
      The recorded steps, with the learning rate, the losses and the parameters at each.

    Raises:
      ValueError: if sizes do not fit, the loss is not a scalar of the parameters' dtype, it ignores a parameter, or the
        checkpoint is damaged or of another run.
      TypeError: if a dtype does not fit or a number has the wrong type.
      DivergenceError: if the loss of a batch, of all data or of the held-out data, a parameter or a slot of the
        optimizer stops being finite; it names the update and the losses. Checkpoints hold only what was finite.
      OSError: if the checkpoint cannot be read or written.

    The loss, and the schedule, optimizer, penalty and average if they are not frozen values of this package, are told
    apart by identity and must be hashable; a checkpoint knows functions by their names.

    >>> def bowl(parameters):
    ...     return (parameters[0] + 1) ** 2
    >>> run = train(bowl, [np.float64(5)], steps=40, learning_rate=0.2)
    >>> run.step.tolist(), run.parameters[0].round(4).tolist()
    ([1, 40], [2.6, -1.0])
    """
    (history,) = run_all(
        loss, [parameters], data, steps=steps, learning_rate=[learning_rate], batch_size=batch_size,
        shuffle_seed=[shuffle_seed], optimizer=optimizer, penalty=penalty, average=average, held_out=held_out,
        record_every=record_every, record_parameters=record_parameters, checkpoint=checkpoint,
        checkpoint_every=checkpoint_every, progress=progress, jit=jit,
    )  # fmt: skip
    return history


def sweep(
    loss: Loss,
    starts: Sequence[Sequence[TensorLike]],
    data: Sequence[TensorLike] = (),
    *,
    steps: int,
    learning_rate: float | Schedule | Sequence[float],
    shuffle_seed: int | Sequence[int] | None = None,
    allow_divergence: bool = False,
    **options: Any,
) -> list[History]:
    """Make many runs as one program, over seeds, rates or both; each has the bits that :func:`train` gives it.

    The runs share everything but where they start, a constant learning rate, and the seed of the shuffling.

    Args:
      loss: as for :func:`train`.
      starts: initial parameters for each run, of the same shapes for all; ``[start] * 300`` for 300 equal ones.
      data: as for :func:`train`.
      steps: as for :func:`train`.
      learning_rate: one number or schedule for all runs, or a sequence of one number for each.
      shuffle_seed: one seed for all runs, or a sequence of one for each; none for rows in their own order.
      allow_divergence: let a run that stops being finite end there while the others go on. Its history has
        the rows before, and says in ``diverged_at`` after how many updates it ended.
      options: the other keyword arguments of :func:`train`.

    Returns:
      One history for each run, in the order of ``starts``.

    Raises:
      ValueError: as :func:`train`, and if there is no run, or not one number or shape of parameters for each.
      TypeError: as :func:`train`.
      DivergenceError: as :func:`train`, unless ``allow_divergence`` is set; it names the run, counted from 0.
      OSError: as :func:`train`.

    >>> def bowl(parameters):
    ...     return (parameters[0] + 1) ** 2
    >>> starts = [[np.float64(5)]] * 3
    >>> runs = sweep(bowl, starts, steps=2, learning_rate=[0.25, 0.5, 1.0])
    >>> [run.parameters[0].tolist() for run in runs]
    [[2.0, 0.5], [-1.0, -1.0], [-7.0, 5.0]]
    """
    if not isinstance(starts, list | tuple):
        raise TypeError(f"starts must be a list of lists of arrays, got {type(starts).__name__}")
    keywords = [option for option in signature(train).parameters.values() if option.kind is option.KEYWORD_ONLY]
    defaults = {option.name: option.default for option in keywords}
    if unknown := sorted(options.keys() - defaults.keys()):
        raise TypeError(f"options must be keyword arguments of train, got {', '.join(unknown)}")
    own: dict[str, Any] = {"steps": steps, "allow_divergence": _checks.boolean("allow_divergence", allow_divergence)}
    own |= {"learning_rate": _one_each(learning_rate, starts), "shuffle_seed": _one_each(shuffle_seed, starts)}
    return run_all(loss, starts, data, **(defaults | options | own))


def _one_each(value: Any, starts: Sequence[Any]) -> list[Any]:
    if np.ndim(value) == 0:  # a number, a schedule, None
        return [value] * len(starts)
    return np.asarray(value).tolist()
