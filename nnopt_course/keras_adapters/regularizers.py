"""The penalties for the ``kernel_regularizer`` of a Keras layer."""

from typing import Any

from nnopt_course import regularizers
from nnopt_course._tensorflow import TensorLike, tf
from nnopt_course.keras_adapters import _values

_KINDS = (regularizers.L1, regularizers.L2, regularizers.HalfL2, regularizers.L1L2)


@tf.keras.utils.register_keras_serializable(package="nnopt_course")
class Penalty(tf.keras.regularizers.Regularizer):
    """A penalty of :mod:`nnopt_course.regularizers` for Keras: ``Dense(1, kernel_regularizer=Penalty(HalfL2(0.01)))``.

    Keras adds it to the loss of every batch, whatever the batch's size and weights, and to the ``loss`` that it
    reports. Biases are left alone as long as it is given as ``kernel_regularizer`` only. It works in a float64 model,
    where Keras's own regularizers raise ``TypeError``.

    Args:
      penalty: an ``L1``, ``L2``, ``HalfL2`` or ``L1L2``.

    Raises:
      TypeError: if ``penalty`` is none of these.

    >>> half = Penalty(regularizers.HalfL2(0.1))
    >>> options = {"kernel_initializer": "ones", "kernel_regularizer": half}
    >>> layer = tf.keras.layers.Dense(1, **options)
    >>> layer.build((None, 3))
    >>> round(float(layer.losses[0]), 4)
    0.15
    """

    def __init__(self, penalty: Any) -> None:
        """Check the argument."""
        self.penalty = _values.one_of("penalty", penalty, _KINDS)

    def __call__(self, x: TensorLike) -> tf.Tensor:
        """Return the penalty of a weight, a scalar of dtype ``keras.config.floatx()``."""
        return tf.cast(self.penalty(x), tf.keras.config.floatx())  # the dtype in which Keras adds up losses

    def get_config(self) -> dict[str, Any]:
        """Return what :meth:`from_config` needs, as plain values."""
        return {"penalty": _values.to_config(self.penalty)}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "Penalty":
        """Return the penalty that has this config.

        Its fields are checked as when it is made, with ``ValueError`` and ``TypeError``.
        """
        return cls(_values.from_config("penalty", config["penalty"], _KINDS))
