"""The learning-rate schedules for Keras's optimizers."""

from typing import Any

from nnopt_course import schedules
from nnopt_course._tensorflow import tf
from nnopt_course.keras_adapters import _values

_KINDS = (schedules.ExponentialDecay, schedules.LinearWarmup, schedules.CosineDecay, schedules.WarmupStableDecay)


@tf.keras.utils.register_keras_serializable(package="nnopt_course")
class Schedule(tf.keras.optimizers.schedules.LearningRateSchedule):
    """A schedule of :mod:`nnopt_course.schedules` for Keras: ``keras.optimizers.SGD(Schedule(LinearWarmup(...)))``.

    Keras hands it the number of updates made so far. The rate is computed in float64 and rounded once.

    Args:
      schedule: an ``ExponentialDecay``, ``LinearWarmup``, ``CosineDecay`` or ``WarmupStableDecay``.
      dtype: ``"float32"`` or ``"float64"``, the dtype of the rate; ``None`` is ``keras.config.floatx()``.

    Raises:
      TypeError: if ``schedule`` is none of these or ``dtype`` no string.
      ValueError: if ``dtype`` is another one.

    >>> decay = schedules.ExponentialDecay(0.1, decay_steps=10, decay_rate=0.5)
    >>> sgd = tf.keras.optimizers.SGD(Schedule(decay))
    >>> round(float(sgd.learning_rate), 4)
    0.1
    """

    def __init__(self, schedule: Any, dtype: str | None = None) -> None:
        """Check the arguments."""
        self.schedule = _values.one_of("schedule", schedule, _KINDS)
        self.dtype = _values.dtype(dtype)

    def __call__(self, step: Any) -> tf.Tensor:
        """Return the rate of the update that follows ``step`` others; shape of ``step``."""
        rate = tf.convert_to_tensor(self.schedule(step), tf.float64)  # tf.cast takes a number through float32
        return tf.cast(rate, self.dtype)

    def get_config(self) -> dict[str, Any]:
        """Return what :meth:`from_config` needs, as plain values."""
        return {"schedule": _values.to_config(self.schedule), "dtype": self.dtype}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "Schedule":
        """Return the schedule that has this config.

        Its fields are checked as when it is made, with ``ValueError`` and ``TypeError``.
        """
        return cls(_values.from_config("schedule", config["schedule"], _KINDS), config["dtype"])
