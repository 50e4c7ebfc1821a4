"""How one average follows one value: the update that all conventions share, and what they differ in."""

from dataclasses import dataclass
from functools import partial
from numbers import Real

from nnopt_course import _checks, _tensor_checks
from nnopt_course._tensorflow import TensorLike, tf

CONVENTIONS = ("warmup", "fixed", "zero", "corrected", "keras")


def averaged(shadow: TensorLike, value: TensorLike, decay: TensorLike) -> tf.Tensor:
    r"""Move an average toward a new value.

    .. math:: s \leftarrow d s + (1 - d) w

    A share of :math:`1 - d` is new, so the average remembers about :math:`1 / (1 - d)` values.

    Args:
      shadow: the average :math:`s` so far, any shape, floating.
      value: the new value :math:`w`, same shape and dtype.
      decay: :math:`d`, a number or a scalar of dtype float64, whatever the dtype of the value: near 1, float32 would
        lose digits of :math:`1 - d`. A number must be in ``[0, 1)``; the value of a tensor is not checked.

    Returns:
      The new average, dtype of ``value``.

    Raises:
      ValueError: if the shapes differ, or ``decay`` is a number out of range or not a scalar.
      TypeError: if a dtype is not floating, the two differ, or ``decay`` has another dtype.

    Source: Polyak and Juditsky, *Acceleration of Stochastic Approximation by Averaging* (1992), for averaging at all.

    >>> round(float(averaged(tf.constant(1.0), tf.constant(10.0), 0.9)), 4)
    1.9
    """
    names = ("shadow", "value")
    shadow, value = _tensor_checks.floating_pair(names, shadow, value)
    shadow, value = _tensor_checks.same_shape(names, shadow, value)
    if isinstance(decay, Real):
        decay = _checks.in_interval("decay", decay, "[0, 1)")
    share = tf.cast(1 - _tensor_checks.scalar("decay", decay, tf.float64), value.dtype)
    return shadow - share * (shadow - value)


@dataclass(frozen=True)
class MovingAverage:
    r"""A convention of averaging: (shadow, value, step) to shadow.

    With :math:`d` the field ``decay`` and :math:`n` the ``step``, which counts the updates made before this one:

    ============= ===================== ============================== =========================================
    convention    the shadow starts at  decay, :math:`d_n`             who does it
    ============= ===================== ============================== =========================================
    ``warmup``    the value             :math:`\min(d, (1+n)/(10+n))`  TF1 with ``num_updates``
    ``fixed``     the value             :math:`d`                      TF1 without
    ``zero``      0                     :math:`d`                      the means in Adam, before their correction
    ``corrected`` 0                     :math:`d(1-d^n)/(1-d^{n+1})`   the means in Adam, after it
    ``keras``     0                     0 if :math:`n = 0`, else d     ``use_ema`` of Keras's optimizers
    ============= ===================== ============================== =========================================

    With ``corrected``, the shadow after :math:`t` updates is that of ``zero`` divided by :math:`1 - d^t`, the sum of
    the weights of all values so far. That needs steps 0, 1, 2, ... in turn. With ``corrected`` and ``keras``, the first
    update copies the value.

    Args:
      decay: :math:`d`, in ``[0, 1)``.
      convention: one of the table.

    Raises:
      ValueError: if ``decay`` is out of range or the convention unknown; in a call, if shapes differ or ``step`` is
        negative.
      TypeError: if ``decay`` is not a number or ``convention`` no string; in a call, if dtypes differ or
        ``step`` is not an integer.

    Sources: Kingma and Ba, *Adam* (2015), section 3, for the correction; listing ``opt4_6`` of the notes for the trace.

    >>> average, shadow = MovingAverage(0.99), tf.constant(0.0)
    >>> for step, w in [(0, 1.0), (100, 10.0)]:  # w goes from 0 to 1, then to 10
    ...     shadow = average(shadow, tf.constant(w), step)
    ...     print(f"{float(shadow):.4f}")
    0.9000
    1.6445
    """

    decay: float
    convention: str = "warmup"

    def __post_init__(self) -> None:
        """Check the fields."""
        _checks.keep(self, decay=partial(_checks.in_interval, interval="[0, 1)"))
        _checks.one_of("convention", self.convention, CONVENTIONS)

    def initial_shadow(self, value: TensorLike) -> tf.Tensor:
        """Return the shadow before the first update: the value or zeros of its shape and dtype."""
        start = tf.identity if self.convention in ("warmup", "fixed") else tf.zeros_like
        return start(_tensor_checks.floating("value", value))

    def decay_at(self, step: TensorLike) -> tf.Tensor:
        """Return :math:`d_n`, the decay of the update after ``step`` others, a float64 scalar."""
        n = tf.cast(_tensor_checks.step(step), tf.float64)
        d = tf.constant(self.decay, tf.float64)
        if self.convention == "warmup":
            return tf.minimum(d, (1 + n) / (10 + n))
        if self.convention == "corrected":
            return d * (1 - d**n) / (1 - d ** (n + 1))
        return tf.where(n == 0, tf.zeros_like(d), d) if self.convention == "keras" else d

    def __call__(self, shadow: TensorLike, value: TensorLike, step: TensorLike) -> tf.Tensor:
        """Return the shadow after the update that follows ``step`` others."""
        return averaged(shadow, value, self.decay_at(step))
