"""What the template can be told: every switch, and every number behind one."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from nnopt_course import _checks
from nnopt_course.template.generateds import DATA

LOSSES = ("mse", "softmax_cross_entropy")  #: Names of the losses.
OPTIMIZERS = ("sgd", "momentum", "adam")  #: Names of the optimizers.
PENALTIES = ("off", "l1", "l2")  #: Names of the penalties.


@dataclass(frozen=True)
class Settings:
    """Settings of a run; the defaults are those of listing ``opt4_8``, with its clock fixed.

    Args:
      data: what to learn, disk or digits
      hidden: numbers of neurons of the hidden layers
      loss: mse or softmax_cross_entropy
      optimizer: sgd, momentum or adam
      learning_rate: rate of the first update
      decay: shrink the learning rate in a staircase
      decay_rate: factor of each stair, in (0, 1]
      decay_steps: updates on each stair, one round through the data if not given
      penalty: off, l1 (sum of absolute weights) or l2 (half the sum of squares, as in TensorFlow 1)
      strength: factor of the penalty
      average: keep a moving average of the parameters, their shadows
      average_decay: largest decay of the average, in [0, 1)
      batch_size: examples for each update
      shuffle_seed: seed of the order of the examples, their own order if not given
      steps: number of updates
      seed: seed of the initial weights
      dtype: float64 or float32
      record_every: updates between two rows of the history

    Raises:
      ValueError: if a value is not one of the names or numbers above.
      TypeError: if a value is of another kind.

    >>> Settings(penalty="off").penalty
    'off'
    """

    data: str = "disk"
    hidden: tuple[int, ...] = (11,)
    loss: str = "mse"
    optimizer: str = "adam"
    learning_rate: float = 0.001
    decay: bool = True
    decay_rate: float = 0.999
    decay_steps: int | None = None
    penalty: str = "l2"
    strength: float = 0.01
    average: bool = False
    average_decay: float = 0.99
    batch_size: int = 30
    shuffle_seed: int | None = None
    steps: int = 40000
    seed: int = 0
    dtype: str = "float64"
    record_every: int = 2000

    def __post_init__(self) -> None:
        """Check every field, also those of a switch that is off."""
        names = {"data": DATA, "loss": LOSSES, "optimizer": OPTIMIZERS, "penalty": PENALTIES}
        for name, known in (names | {"dtype": ("float32", "float64")}).items():
            _checks.one_of(name, getattr(self, name), known)
        count, seed = _checks.positive_integer, partial(_checks.integer, smallest=0, largest=2**32 - 1)
        _checks.keep(
            self,
            hidden=_counts,
            learning_rate=_checks.positive,
            decay=_checks.boolean,
            decay_rate=partial(_checks.in_interval, interval="(0, 1]"),
            decay_steps=_or_none(count),
            strength=_checks.not_negative,
            average=_checks.boolean,
            average_decay=partial(_checks.in_interval, interval="[0, 1)"),
            batch_size=count,
            shuffle_seed=_or_none(seed),
            steps=count,
            seed=seed,
            record_every=count,
        )


def _counts(name: str, values: Any) -> tuple[int, ...]:
    if not isinstance(values, list | tuple):
        raise TypeError(f"{name} must be a list or tuple of numbers of neurons, got {values!r}")
    return tuple(_checks.positive_integer(f"{name}[{i}]", value) for i, value in enumerate(values))


def _or_none(rule: Callable[[str, Any], Any]) -> Callable[[str, Any], Any]:
    return lambda name, value: None if value is None else rule(name, value)
