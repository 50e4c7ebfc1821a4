"""Update rules: how one gradient moves one parameter.

An optimizer is a frozen value. It maps (parameter, gradient, slots, learning rate, step) to the new parameter and the
new slots, and changes nothing. Slots are what a rule remembers between steps, one tuple of tensors per parameter;
``initial_slots`` makes the first one.
"""

from dataclasses import dataclass
from typing import Protocol

from nnopt_course._tensorflow import tf

Slots = tuple[tf.Tensor, ...]


class Optimizer(Protocol):
    """What :func:`nnopt_course.training.train` asks of an update rule."""

    def initial_slots(self, parameter: tf.Tensor) -> Slots:
        """Return what the rule remembers before the first step."""

    def __call__(
        self, parameter: tf.Tensor, gradient: tf.Tensor, slots: Slots, learning_rate: tf.Tensor, step: tf.Tensor
    ) -> tuple[tf.Tensor, Slots]:
        """Return the parameter and the slots after one update."""


@dataclass(frozen=True)
class SGD:
    r"""Stochastic gradient descent: :math:`w_{t+1} = w_t - \eta_t g_t`.

    ``parameter`` and ``gradient`` have one shape and dtype; ``learning_rate`` is a scalar of that dtype; the first
    ``step`` is 0. It remembers nothing, so its slots are the empty tuple.

    Source: Goodfellow et al., *Deep Learning* (2016), section 8.3.1.

    >>> w, _ = SGD()(tf.constant(5.0), tf.constant(12.0), (), 0.2, 0)
    >>> round(float(w), 4)
    2.6
    """

    def initial_slots(self, parameter: tf.Tensor) -> Slots:
        """Return the empty tuple."""
        return ()

    def __call__(
        self, parameter: tf.Tensor, gradient: tf.Tensor, slots: Slots, learning_rate: tf.Tensor, step: tf.Tensor
    ) -> tuple[tf.Tensor, Slots]:
        """Return ``parameter`` moved against ``gradient``."""
        return parameter - learning_rate * gradient, slots
