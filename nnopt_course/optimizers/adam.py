"""Adam: steps of about the learning rate whatever the size of the gradient; AdamW adds decoupled weight decay."""

import math
from dataclasses import dataclass

from nnopt_course import _checks, _tensor_checks
from nnopt_course._tensorflow import tf
from nnopt_course.optimizers.rule import Slots, _checked, _decayed, _fraction, _zeros


@dataclass(frozen=True)
class Adam:
    r"""Adam: a fading mean of the gradients, divided by the root of a fading mean of their squares.

    .. math::

        m_t = \beta_1 m_{t-1} + (1 - \beta_1) g_t, \qquad v_t = \beta_2 v_{t-1} + (1 - \beta_2) g_t^2

    .. math::

        w_t = w_{t-1} - \eta_t \frac{\sqrt{1 - \beta_2^t}}{1 - \beta_1^t} \frac{m_t}{\sqrt{v_t} + \hat\epsilon}

    Here :math:`t` is ``step`` + 1, so the first ``step`` is 0. The factor with the powers corrects for the start at 0
    and makes the first step :math:`\eta \, g / (|g| + \hat\epsilon / \sqrt{1 - \beta_2})`: the size of the rate,
    unless the gradient is tiny.

    TF1 and Keras add this same :math:`\hat\epsilon` ("epsilon hat", before the correction), not the :math:`\epsilon` of
    Algorithm 1 in the paper. Their defaults differ: 1e-8 in TF1's ``AdamOptimizer``, 1e-7 in Keras and here.

    Args:
      beta_1: :math:`\beta_1` in ``[0, 1)``, decay of the mean.
      beta_2: :math:`\beta_2` in ``[0, 1)``, decay of the mean square.
      epsilon: :math:`\hat\epsilon`, above 0 and finite also in the parameter's dtype, in the unit of the gradient.

    The slots are :math:`m` and :math:`v`, each of the parameter's shape and dtype, at first 0.

    Raises:
      ValueError: if a field is out of range; in a call, if shapes differ, slots do not fit, ``step`` is negative, or
        the learning rate is a number that is negative or not finite.
      TypeError: if a field is not a number; in a call, if dtypes differ or ``step`` is not an integer.

    Source: Kingma and Ba, *Adam: A Method for Stochastic Optimization* (2015), the last formula before section 2.1.

    >>> rule, w = Adam(), tf.constant([5.0, -3.0])
    >>> w, _ = rule(w, tf.constant([12.0, -0.001]), rule.initial_slots(w), 0.1, 0)
    >>> [round(float(value), 4) for value in w]
    [4.9, -2.9003]
    """

    beta_1: float = 0.9
    beta_2: float = 0.999
    epsilon: float = 1e-7

    def __post_init__(self) -> None:
        """Check the fields."""
        _checks.keep(self, beta_1=_fraction, beta_2=_fraction, epsilon=_checks.positive)

    def initial_slots(self, parameter: tf.Tensor) -> Slots:
        """Return the means 0 and 0."""
        return _zeros(parameter, 2)

    def __call__(
        self, parameter: tf.Tensor, gradient: tf.Tensor, slots: Slots, learning_rate: tf.Tensor, step: tf.Tensor
    ) -> tuple[tf.Tensor, Slots]:
        """Return ``parameter`` after one step, and both means."""
        w, g, (m, v), rate = _checked(parameter, gradient, slots, learning_rate, 2)
        epsilon = _tensor_checks.rounded(self.epsilon, w.dtype)
        if not 0 < epsilon < math.inf:
            rule = "above 0" if epsilon == 0 else "finite"
            raise ValueError(f"epsilon must be {rule} in {w.dtype.name}, got {self.epsilon!r}")
        m += (1 - self.beta_1) * (g - m)
        v += (1 - self.beta_2) * (g * g - v)
        t = tf.cast(_tensor_checks.step(step), tf.float64) + 1  # in float32, 1 - 0.999 has only five correct digits
        correction = tf.sqrt(1 - self.beta_2**t) / (1 - self.beta_1**t)
        return w - rate * tf.cast(correction, w.dtype) * m / (tf.sqrt(v) + epsilon), (m, v)


@dataclass(frozen=True)
class AdamW(Adam):
    r"""Adam with decoupled weight decay: the weight shrinks, then takes Adam's step.

    .. math:: w_t = (1 - \eta_t \delta) \, w_{t-1} - \Delta_t, \qquad \Delta_t \text{ as in Adam}

    The decay does not enter the means, so a weight with large gradients shrinks as much as any other; as a penalty in
    the loss it would be divided by :math:`\sqrt{v_t}`. It is multiplied by the current learning rate, as in Keras, so a
    schedule changes it; in the paper only the schedule's factor multiplies it. Parameters of two axes or more decay,
    biases do not; Keras decays all variables that ``exclude_from_weight_decay`` does not name.

    Args:
      beta_1: decay of the mean, as in :class:`Adam`.
      beta_2: decay of the mean square, as in :class:`Adam`.
      epsilon: as in :class:`Adam`.
      weight_decay: :math:`\delta`, at least 0.

    Raises:
      ValueError: as :class:`Adam`, and if ``weight_decay`` is negative or not finite.
      TypeError: as :class:`Adam`, and if ``weight_decay`` is not a number.

    Source: Loshchilov and Hutter, *Decoupled Weight Decay Regularization* (2019), Algorithm 2.

    >>> rule, w = AdamW(weight_decay=0.5), tf.constant([[5.0]])
    >>> w, _ = rule(w, tf.constant([[12.0]]), rule.initial_slots(w), 0.1, 0)
    >>> round(float(w[0, 0]), 4)  # 5 (1 - 0.1 * 0.5) - 0.1
    4.65
    """

    weight_decay: float = 0.004

    def __post_init__(self) -> None:
        """Check the fields."""
        super().__post_init__()
        _checks.keep(self, weight_decay=_checks.not_negative)

    def __call__(
        self, parameter: tf.Tensor, gradient: tf.Tensor, slots: Slots, learning_rate: tf.Tensor, step: tf.Tensor
    ) -> tuple[tf.Tensor, Slots]:
        """Return ``parameter`` after the decay and Adam's step, and both means."""
        w, g, slots, rate = _checked(parameter, gradient, slots, learning_rate, 2)
        return super().__call__(_decayed(w, rate, self.weight_decay), g, slots, rate, step)
