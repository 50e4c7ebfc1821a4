"""Training in the template: a loss, switches around it, and one call of ``train``.

On the command line: ``python -m nnopt_course.template.backward --help``.
"""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from nnopt_course import losses
from nnopt_course._tensorflow import TensorLike, tf
from nnopt_course.datasets import Dataset, Split
from nnopt_course.ema import MovingAverage
from nnopt_course.optimizers import SGD, Adam, Momentum, Optimizer
from nnopt_course.regularizers import L1, HalfL2
from nnopt_course.schedules import ExponentialDecay
from nnopt_course.template import forward, generateds
from nnopt_course.template.settings import Settings
from nnopt_course.training import History, train

_OPTIMIZERS: dict[str, Optimizer] = {
    "sgd": SGD(),
    "momentum": Momentum(),
    "adam": Adam(epsilon=1e-8),
}  # TF1's epsilon, as in the listing


def mse(parameters: Sequence[tf.Tensor], x: tf.Tensor, y: tf.Tensor) -> tf.Tensor:
    """Return the mean squared error of the network; errors as in :func:`nnopt_course.losses.mean_squared_error`."""
    return losses.mean_squared_error(y, forward.forward(parameters, x))


def softmax_cross_entropy(parameters: Sequence[tf.Tensor], x: tf.Tensor, y: tf.Tensor) -> tf.Tensor:
    """Return the softmax cross-entropy of the network, in nats.

    Errors as in :func:`nnopt_course.losses.softmax_cross_entropy`.
    """
    return losses.softmax_cross_entropy(y, forward.forward(parameters, x))


_LOSSES = {"mse": mse, "softmax_cross_entropy": softmax_cross_entropy}


class Run(NamedTuple):
    """What came out of a run."""

    data: Split  #: What it trained on, and what was held out.
    history: History  #: Rates and losses, with the parameters of the last update only.
    parameters: list[np.ndarray]  #: Weights and biases in turn, after the last update.
    shadows: list[np.ndarray]  #: Averages of the parameters; empty without an average.
    #: Loss and accuracy with the ``"weights"`` and, if averaged, with the ``"shadows"``.
    held_out: dict[str, dict[str, float]]


def backward(
    settings: Settings = Settings(),  # noqa: B008  frozen, so one instance serves every call
    *,
    checkpoint: str | Path | None = None,
    progress: bool = False,
) -> Run:
    """Train the network and measure it on the examples held out; the same settings give the same bits.

    Args:
      settings: what to train, and how.
      checkpoint: file to go on from, if it is there, and to write to.
      progress: show a progress bar where standard error is a terminal.

    Returns:
      The history, the final parameters and shadows, and what they do on the examples held out.

    Raises:
      ValueError: if the batch is larger than the data, or the checkpoint damaged or of another run.
      TypeError: if ``settings`` is no :class:`~nnopt_course.template.settings.Settings`, or ``checkpoint`` no path.
      DivergenceError: if a loss, a parameter or a slot of the optimizer stops being finite.
      OSError: if the checkpoint cannot be read or written.

    >>> run = backward(Settings(steps=600))
    >>> run.history.learning_rate.round(6).tolist()  # after updates 1 and 600
    [0.001, 0.000943]
    """
    if not isinstance(settings, Settings):
        raise TypeError(f"settings must be Settings, got {settings!r}")
    s, loss = settings, _LOSSES[settings.loss]
    data = generateds.generateds(s.data, class_ids=loss is softmax_cross_entropy, dtype=s.dtype)
    (x, y), held_out = data
    outputs = y.shape[1] if y.ndim == 2 else int(y.max()) + 1  # a column each, or a class each
    parameters = forward.initial_parameters((x.shape[1], *s.hidden, outputs), seed=s.seed, dtype=s.dtype)

    # The switches: each is a part of the package, or nothing.
    learning_rate: float | ExponentialDecay = s.learning_rate
    if s.decay:
        decay_steps = s.decay_steps or max(len(x) // s.batch_size, 1)  # one round through the data, as in the notes
        learning_rate = ExponentialDecay(s.learning_rate, decay_steps, s.decay_rate, staircase=True)
    penalty = {"off": None, "l1": L1(s.strength), "l2": HalfL2(s.strength)}[s.penalty]
    average = MovingAverage(s.average_decay) if s.average else None

    history = train(
        loss, parameters, data.train, steps=s.steps, learning_rate=learning_rate, batch_size=s.batch_size,
        shuffle_seed=s.shuffle_seed, optimizer=_OPTIMIZERS[s.optimizer], penalty=penalty, average=average,
        held_out=held_out, record_every=s.record_every, record_parameters=False,
        checkpoint=checkpoint, progress=progress,
    )  # fmt: skip
    measured = {"weights": history.final} | ({"shadows": history.final_shadows} if s.average else {})
    scores = {name: _score(loss, values, held_out) for name, values in measured.items()}
    return Run(data, history, history.final, history.final_shadows, scores)


def _score(loss: Callable[..., tf.Tensor], parameters: Sequence[TensorLike], data: Dataset) -> dict[str, float]:
    right = forward.class_of(forward.forward(parameters, data.x)) == forward.class_of(data.y)
    return {"loss": float(loss(parameters, *data)), "accuracy": float(right.mean())}


if __name__ == "__main__":
    from nnopt_course.template.command_line import main

    sys.exit(main())
