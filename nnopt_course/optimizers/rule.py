"""What every update rule is: its Protocol, the checks of its arguments, and decoupled weight decay."""

from collections.abc import Sequence
from functools import partial
from numbers import Real
from typing import Protocol

from nnopt_course import _checks, _tensor_checks
from nnopt_course._tensorflow import TensorLike, tf
from nnopt_course._weights import is_weight

Slots = tuple[tf.Tensor, ...]

_fraction = partial(_checks.in_interval, interval="[0, 1)")


class Optimizer(Protocol):
    """What :func:`nnopt_course.training.train` asks of an update rule.

    >>> from nnopt_course.optimizers import Momentum
    >>> rule, w = Momentum(0.5), tf.constant(5.0)
    >>> slots = rule.initial_slots(w)
    >>> for step in range(3):  # f(w) = (w + 1)^2 has the gradient 2 (w + 1)
    ...     w, slots = rule(w, 2 * (w + 1), slots, 0.125, step)
    >>> float(w)
    0.03125
    """

    def initial_slots(self, parameter: tf.Tensor) -> Slots:
        """Return what the rule remembers before the first step."""

    def __call__(
        self, parameter: tf.Tensor, gradient: tf.Tensor, slots: Slots, learning_rate: tf.Tensor, step: tf.Tensor
    ) -> tuple[tf.Tensor, Slots]:
        """Return the parameter and the slots after one update.

        Args:
          parameter: what to move, any shape, floating.
          gradient: derivative of the loss with respect to it, same shape and dtype.
          slots: what the update before returned, at first ``initial_slots(parameter)``.
          learning_rate: scalar of that dtype.
          step: number of updates made before, an integer scalar.
        """


def _checked(
    parameter: TensorLike, gradient: TensorLike, slots: Sequence[TensorLike], learning_rate: TensorLike, count: int
) -> tuple[tf.Tensor, tf.Tensor, Slots, tf.Tensor]:
    """Return the arguments of an update as tensors of one dtype; refuse shapes that differ and slots of another rule.

    A learning rate that is a number must be finite and at least 0. Of tensors no value is checked: in a compiled loop
    it is unknown.
    """
    names = ("parameter", "gradient")
    parameter, gradient = _tensor_checks.floating_pair(names, parameter, gradient)
    parameter, gradient = _tensor_checks.same_shape(names, parameter, gradient)
    if not isinstance(slots, list | tuple):
        raise TypeError(f"slots must be a tuple of tensors, as initial_slots makes them, got {slots!r}")
    slots = tuple(_tensor_checks.tensor(f"slots[{i}]", slot) for i, slot in enumerate(slots))
    if len(slots) != count or any((s.dtype, s.shape) != (parameter.dtype, parameter.shape) for s in slots):
        got = [f"{_tensor_checks.shape_text(slot)} {slot.dtype.name}" for slot in slots]
        raise ValueError(
            f"slots must hold {count} tensors of shape {_tensor_checks.shape_text(parameter)} and dtype "
            f"{parameter.dtype.name}, as initial_slots makes them, got {got}"
        )
    slots = tuple(_tensor_checks.same_sizes_at_run_time(slot, parameter)[0] for slot in slots)
    if isinstance(learning_rate, Real):
        learning_rate = _checks.not_negative("learning_rate", learning_rate)
    return parameter, gradient, slots, _tensor_checks.scalar("learning_rate", learning_rate, parameter.dtype)


def _zeros(parameter: TensorLike, count: int) -> Slots:
    """Return first slots: zeros of the parameter's shape and dtype."""
    parameter = _tensor_checks.floating("parameter", parameter)
    return (tf.zeros_like(parameter),) * count


def _decayed(parameter: tf.Tensor, learning_rate: tf.Tensor, weight_decay: float) -> tf.Tensor:
    """Shrink a weight by the factor 1 - learning rate times decay; a bias stays as it is, and so do all if it is 0."""
    if weight_decay == 0 or not is_weight(parameter):
        return parameter
    return parameter - learning_rate * _tensor_checks.rounded(weight_decay, parameter.dtype) * parameter
