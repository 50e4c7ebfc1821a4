"""Stochastic gradient descent: plain, with momentum, and proximal."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass

from nnopt_course import _checks, _tensor_checks
from nnopt_course._tensorflow import tf
from nnopt_course._weights import is_weight
from nnopt_course.optimizers.rule import Slots, _checked, _decayed, _fraction, _zeros


@dataclass(frozen=True)
class SGD:
    r"""Stochastic gradient descent, with decoupled weight decay :math:`\delta` if you ask for it.

    .. math:: w_{t+1} = (1 - \eta_t \delta) \, w_t - \eta_t g_t

    ``parameter`` and ``gradient`` have one shape and dtype; ``learning_rate`` is a scalar of that dtype; the first
    ``step`` is 0. It remembers nothing, so its slots are the empty tuple. The decay is multiplied by the current rate,
    as in Keras, and acts on parameters of two axes or more, so not on biases. Here it equals the penalty
    :math:`\delta \sum w^2 / 2` in the loss; with momentum and under Adam it does not.

    Args:
      weight_decay: :math:`\delta`, at least 0.

    Raises:
      ValueError: if ``weight_decay`` is negative or not finite; in a call, if shapes differ, or the learning rate is
        such a number.
      TypeError: if ``weight_decay`` is not a number; in a call, if dtypes differ or are not floating.

    Source: Goodfellow et al., *Deep Learning* (2016), sections 8.3.1 and 7.1.1.

    >>> w, _ = SGD()(tf.constant(5.0), tf.constant(12.0), (), 0.2, 0)
    >>> round(float(w), 4)
    2.6
    """

    weight_decay: float = 0.0

    def __post_init__(self) -> None:
        """Check the field."""
        _checks.keep(self, weight_decay=_checks.not_negative)

    def initial_slots(self, parameter: tf.Tensor) -> Slots:
        """Return the empty tuple."""
        return ()

    def __call__(
        self, parameter: tf.Tensor, gradient: tf.Tensor, slots: Slots, learning_rate: tf.Tensor, step: tf.Tensor
    ) -> tuple[tf.Tensor, Slots]:
        """Return ``parameter`` moved against ``gradient``."""
        w, g, slots, rate = _checked(parameter, gradient, slots, learning_rate, 0)
        return _decayed(w, rate, self.weight_decay) - rate * g, slots


@dataclass(frozen=True)
class Momentum:
    r"""Gradient descent that keeps moving: the velocity :math:`v` is a fading sum of past steps.

    .. math:: v_{t+1} = \mu v_t - \eta_t g_t, \qquad w_{t+1} = (1 - \eta_t \delta) \, w_t + v_{t+1}

    With ``nesterov``, the weight moves by :math:`\mu v_{t+1} - \eta_t g_t` instead of :math:`v_{t+1}`. This is the form
    of Keras, where a step keeps the rate that it was made with. TF1's ``MomentumOptimizer`` sums gradients and
    multiplies the sum by the current rate: the same at a constant rate, but a schedule there rescales past steps too.

    Args:
      momentum: :math:`\mu` in ``[0, 1)``; a constant gradient moves :math:`1 / (1 - \mu)` times as far as without it.
      nesterov: look ahead along the velocity.
      weight_decay: decoupled decay :math:`\delta` of parameters with two axes or more, at least 0.

    The slot is :math:`v`, of the parameter's shape and dtype, at first 0. ``step`` is not used.

    Raises:
      ValueError: if ``momentum`` or ``weight_decay`` is out of range; in a call, if shapes differ, slots do not fit, or
        the learning rate is a number that is negative or not finite.
      TypeError: if a field has the wrong type; in a call, if dtypes differ or are not floating.

    Sources: Polyak, *Some Methods of Speeding up the Convergence of Iteration Methods* (1964); Sutskever et al., *On
    the Importance of Initialization and Momentum in Deep Learning* (2013).

    >>> rule, w, slots = Momentum(0.9), tf.constant(5.0), (tf.constant(-1.0),)
    >>> w, (v,) = rule(w, tf.constant(12.0), slots, 0.1, 1)  # v = 0.9 (-1) - 0.1 (12)
    >>> round(float(v), 4), round(float(w), 4)
    (-2.1, 2.9)
    """

    momentum: float = 0.9
    nesterov: bool = False
    weight_decay: float = 0.0

    def __post_init__(self) -> None:
        """Check the fields."""
        _checks.keep(self, momentum=_fraction, weight_decay=_checks.not_negative)
        _checks.boolean("nesterov", self.nesterov)

    def initial_slots(self, parameter: tf.Tensor) -> Slots:
        """Return the velocity 0."""
        return _zeros(parameter, 1)

    def __call__(
        self, parameter: tf.Tensor, gradient: tf.Tensor, slots: Slots, learning_rate: tf.Tensor, step: tf.Tensor
    ) -> tuple[tf.Tensor, Slots]:
        """Return ``parameter`` moved by the velocity, and the velocity."""
        w, g, (v,), rate = _checked(parameter, gradient, slots, learning_rate, 1)
        v = self.momentum * v - rate * g
        move = self.momentum * v - rate * g if self.nesterov else v
        return _decayed(w, rate, self.weight_decay) + move, (v,)


@dataclass(frozen=True)
class ProximalSGD:
    r"""A gradient step on the data loss, then the exact minimizer of the penalty near where it landed.

    .. math::

        w_{t+1} = \operatorname{prox}(w_t - \eta_t g_t, \; \eta_t \lambda), \qquad
        \operatorname{prox}(u, \theta) = \arg\min_w \; \tfrac12 \|w - u\|^2 + \theta \Omega(w)

    For :math:`\Omega(w) = \sum |w|` the operator is soft-thresholding, which makes weights exactly 0; a gradient step
    on the same penalty does not. The gradient is that of the data loss alone. Only parameters of two axes or more get
    the operator; a bias takes the plain step. ``step`` is not used and nothing is remembered.

    Args:
      prox: ``prox(weight, threshold)`` returns a tensor of the weight's shape and dtype. Define it with ``def``, so
        that the rule stays equal to itself and a compiled program is found again.
      strength: :math:`\lambda`, the factor of the penalty :math:`\Omega`, at least 0.

    Raises:
      ValueError: if ``strength`` is negative or not finite; in a call, if shapes differ, those of ``prox`` included, or
        the learning rate is such a number.
      TypeError: if ``prox`` is not a hashable function or ``strength`` not a number; in a call, if dtypes differ.

    Source: Parikh and Boyd, *Proximal Algorithms* (2014), section 4.2.

    >>> def shrink(weight, threshold):
    ...     return tf.sign(weight) * tf.nn.relu(abs(weight) - threshold)
    >>> rule, w, gradient = ProximalSGD(shrink, 0.5), [[5.0, 0.02]], [[12.0, 0.0]]
    >>> w, _ = rule(tf.constant(w), tf.constant(gradient), (), 0.2, 0)
    >>> [round(float(value), 4) for value in w[0]]
    [2.5, 0.0]
    """

    prox: Callable[[tf.Tensor, tf.Tensor], tf.Tensor]
    strength: float

    def __post_init__(self) -> None:
        """Check the fields."""
        if not callable(self.prox) or not isinstance(self.prox, Hashable):
            raise TypeError(f"prox must be a hashable function of a weight and a threshold, got {self.prox!r}")
        _checks.keep(self, strength=_checks.not_negative)

    def initial_slots(self, parameter: tf.Tensor) -> Slots:
        """Return the empty tuple."""
        return ()

    def __call__(
        self, parameter: tf.Tensor, gradient: tf.Tensor, slots: Slots, learning_rate: tf.Tensor, step: tf.Tensor
    ) -> tuple[tf.Tensor, Slots]:
        """Return ``parameter`` after the gradient step and, for a weight, the proximal step."""
        w, g, slots, rate = _checked(parameter, gradient, slots, learning_rate, 0)
        landed = w - rate * g
        if not is_weight(w):
            return landed, slots
        moved = _tensor_checks.tensor(
            "prox(weight, threshold)", self.prox(landed, rate * _tensor_checks.rounded(self.strength, w.dtype))
        )
        if (moved.dtype, moved.shape) != (w.dtype, w.shape):
            raise ValueError(
                f"prox must return shape {_tensor_checks.shape_text(w)} and dtype {w.dtype.name} like its weight, "
                f"got shape {_tensor_checks.shape_text(moved)} and dtype {moved.dtype.name}"
            )
        return _tensor_checks.same_sizes_at_run_time(moved, w)[0], slots
