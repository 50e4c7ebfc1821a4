"""Learning-rate schedules: the number of updates made so far in, the learning rate of the next one out.

A schedule is a frozen value. ``schedule(step)`` gives the rate of update ``step``, counted from 0; the same step gives
the same rate, so plotting a schedule changes nothing. ``step`` is a number, a NumPy array or a tensor of any shape,
integer or floating. Everything is computed in float64, so steps are exact up to 2**53: a number gives a ``float``,
an array or tensor gives float64 of its shape (``tf.cast`` it for weights of another dtype). Keras calls a plain
function without a step: ``sgd = keras.optimizers.SGD(lambda: schedule(sgd.iterations))``.

Values that a schedule cannot have raise ``ValueError`` or ``TypeError`` when it is made, and so does a ``step`` that is
a negative number or not numeric. The values in an array or tensor are not checked: NumPy gives a ``RuntimeWarning`` if
a step is infinite or far below 0. Rates without a warmup are above 0.
"""

import math
import sys
from dataclasses import dataclass, field
from functools import partial
from numbers import Real
from types import SimpleNamespace
from typing import Any

from nnopt_course import _checks

# Any, because this module does not import the types of arrays and tensors.
Step = Any  #: A number, a NumPy array or a TensorFlow tensor.
Rate = Any  #: A float, or float64 of the shape of the step.

_PYTHON = SimpleNamespace(cos=math.cos, maximum=max, minimum=min)

_count = partial(_checks.integer, smallest=1, largest=2**53)
_count_or_zero = partial(_checks.integer, smallest=0, largest=2**53)
_share = partial(_checks.in_interval, interval="[0, 1]")
_warmup: dict[str, Any] = {
    "initial_learning_rate": _checks.not_negative,
    "warmup_target": _checks.positive,
    "warmup_steps": _count,
}


@dataclass(frozen=True)
class ExponentialDecay:
    r"""Shrink by ``decay_rate`` every ``decay_steps`` steps, smoothly or in a staircase.

    .. math:: \eta_t = \eta_0 \, r^{t/T}, \qquad \text{staircase: } \eta_t = \eta_0 \, r^{\lfloor t/T \rfloor}

    The rate :math:`\eta_0` is ``initial_learning_rate``, above 0; :math:`r` is ``decay_rate``, in (0, 1]; :math:`T` is
    ``decay_steps``, at least 1. Step :math:`kT` has the new value :math:`\eta_0 r^k`, and a staircase keeps it up to
    step :math:`(k + 1)T - 1`. Equal to ``tf.compat.v1.train.exponential_decay`` and Keras's ``ExponentialDecay``.

    Source: Senior et al., *An empirical study of learning rates in deep neural networks for speech recognition* (2013).

    >>> decay = ExponentialDecay(0.1, decay_steps=1, decay_rate=0.99, staircase=True)
    >>> round(decay(40), 6)
    0.066897
    """

    initial_learning_rate: float
    decay_steps: int
    decay_rate: float
    staircase: bool = False

    def __post_init__(self) -> None:
        """Check the fields."""
        rate_rule = partial(_checks.in_interval, interval="(0, 1]")
        _checks.keep(self, initial_learning_rate=_checks.positive, decay_steps=_count, decay_rate=rate_rule)
        _checks.boolean("staircase", self.staircase)

    def __call__(self, step: Step) -> Rate:
        """Return the learning rate at ``step``."""
        t, _ = _float64(step)
        if self.staircase:
            # The remainder is exact. The floor of a quotient is not: compilers multiply by the reciprocal 1/T
            # instead, and 49 * (1/49) is below 1.
            t = t - t % self.decay_steps
        return self.initial_learning_rate * self.decay_rate ** (t / self.decay_steps)


@dataclass(frozen=True)
class LinearWarmup:
    r"""Rise in a straight line to ``warmup_target`` and stay there.

    .. math:: \eta_t = (1 - u_t) \, \eta_0 + u_t \, \eta_{\max}, \qquad u_t = \min(t / W, 1)

    The rate :math:`\eta_0` is ``initial_learning_rate``, at least 0; :math:`\eta_{\max}` is ``warmup_target``, above 0;
    :math:`W` is ``warmup_steps``, at least 1. Step :math:`W` is the first one with :math:`\eta_{\max}`; the first
    update has :math:`\eta_0` and moves nothing if that is 0. Equal to Keras's
    ``PolynomialDecay(initial_learning_rate, warmup_steps, warmup_target, power=1)`` and to ``optax.linear_schedule``.

    Source: Goyal et al., *Accurate, large minibatch SGD: training ImageNet in 1 hour* (2017), section 2.2.

    >>> warmup = LinearWarmup(0.0, warmup_target=0.1, warmup_steps=4)
    >>> [round(warmup(step), 4) for step in (0, 1, 4, 5)]
    [0.0, 0.025, 0.1, 0.1]
    """

    initial_learning_rate: float
    warmup_target: float
    warmup_steps: int

    def __post_init__(self) -> None:
        """Check the fields."""
        _checks.keep(self, **_warmup)

    def __call__(self, step: Step) -> Rate:
        """Return the learning rate at ``step``."""
        t, library = _float64(step)
        return _warmed(self, t, library)


@dataclass(frozen=True)
class CosineDecay:
    r"""Fall along half a cosine wave to the fraction ``alpha``, after a linear warmup if ``warmup_target`` is given.

    .. math::

        \eta_t = \eta_{\max} \Big(\alpha + (1 - \alpha) \frac{1 + \cos(\pi v_t)}{2}\Big), \qquad
        v_t = \min((t - W) / T, 1), \qquad t \ge W

    Without warmup :math:`\eta_{\max}` is ``initial_learning_rate`` and :math:`W = 0`. With it, steps 0 to :math:`W` are
    those of :class:`LinearWarmup`. :math:`T` is ``decay_steps``, at least 1 and counted after the warmup; step
    :math:`W + T` and all later ones have :math:`\alpha \eta_{\max}`, with ``alpha`` in [0, 1]. Equal to Keras's
    ``CosineDecay``; optax counts ``decay_steps`` from step 0.

    Source: Loshchilov and Hutter, *SGDR: stochastic gradient descent with warm restarts* (2017), equation 5.

    >>> decay = CosineDecay(initial_learning_rate=0.1, decay_steps=100, alpha=0.1)
    >>> [round(decay(step), 4) for step in (0, 50, 100)]
    [0.1, 0.055, 0.01]
    """

    initial_learning_rate: float
    decay_steps: int
    alpha: float = 0.0
    warmup_target: float | None = field(default=None, kw_only=True)
    warmup_steps: int = field(default=0, kw_only=True)

    def __post_init__(self) -> None:
        """Check the fields."""
        if self.warmup_target is not None:
            _checks.keep(self, **_warmup)
        else:
            _checks.keep(self, initial_learning_rate=_checks.positive)
            _checks.integer("warmup_steps without warmup_target", self.warmup_steps, smallest=0, largest=0)
        _checks.keep(self, decay_steps=_count, alpha=_share)

    def __call__(self, step: Step) -> Rate:
        """Return the learning rate at ``step``."""
        t, library = _float64(step)
        peak = self.initial_learning_rate if self.warmup_target is None else _warmed(self, t, library)
        v = library.minimum(library.maximum((t - self.warmup_steps) / self.decay_steps, 0.0), 1.0)
        return peak * (self.alpha + (1.0 - self.alpha) * (0.5 * (1.0 + library.cos(math.pi * v))))


@dataclass(frozen=True)
class WarmupStableDecay:
    r"""Warm up, stay at ``warmup_target``, then fall in a straight line to the fraction ``alpha`` of it.

    .. math::

        \eta_t = \eta_{\max} (\alpha + (1 - \alpha) \, v_t), \qquad
        v_t = \min\Big(\frac{W + S + T - t}{T}, 1\Big)

    for :math:`W \le t \le W + S + T`. Steps 0 to :math:`W` are those of :class:`LinearWarmup`; :math:`S` is
    ``stable_steps``, at least 0; :math:`T` is ``decay_steps``, at least 1. Step :math:`W + S` is the last one with
    :math:`\eta_{\max}`; step :math:`W + S + T` and all later ones have :math:`\alpha \eta_{\max}`, with ``alpha`` in
    [0, 1]. Keras has no such schedule; equal to ``optax.linear_schedule``, a constant and ``optax.linear_schedule`` put
    together by ``optax.join_schedules``.

    Source: Hu et al., *MiniCPM: unveiling the potential of small language models with scalable training strategies*
    (2024), section 4; the straight line is that of Hägele et al., *Scaling laws and compute-optimal training beyond
    fixed training durations* (2024).

    >>> rate = WarmupStableDecay(
    ...     0.0, warmup_target=0.1, warmup_steps=10, stable_steps=70, decay_steps=20
    ... )
    >>> [round(rate(step), 4) for step in (5, 10, 80, 90, 100)]
    [0.05, 0.1, 0.1, 0.05, 0.0]
    """

    initial_learning_rate: float
    warmup_target: float
    warmup_steps: int
    stable_steps: int
    decay_steps: int
    alpha: float = 0.0

    def __post_init__(self) -> None:
        """Check the fields."""
        _checks.keep(self, **_warmup, stable_steps=_count_or_zero, decay_steps=_count, alpha=_share)

    def __call__(self, step: Step) -> Rate:
        """Return the learning rate at ``step``."""
        t, library = _float64(step)
        left = self.warmup_steps + self.stable_steps + self.decay_steps - t
        v = library.minimum(library.maximum(left / self.decay_steps, 0.0), 1.0)
        return _warmed(self, t, library) * (self.alpha + (1.0 - self.alpha) * v)


def _warmed(schedule: Any, t: Any, library: Any) -> Rate:
    u = library.minimum(t / schedule.warmup_steps, 1.0)
    return (1.0 - u) * schedule.initial_learning_rate + u * schedule.warmup_target  # exact at u = 0 and u = 1


def _float64(step: Step) -> tuple[Any, Any]:
    """Return ``step`` in float64 and the library it comes from, which is loaded already: nothing is imported."""
    if isinstance(step, Real):
        return _checks.not_negative("step", step), _PYTHON
    homes = {base.__module__.partition(".")[0] for base in type(step).__mro__}
    dtype = getattr(step, "dtype", None)
    numeric = str(getattr(dtype, "name", dtype)).startswith(("int", "uint", "float", "bfloat"))
    if "tensorflow" in homes and numeric:  # Keras variables are among them
        return sys.modules["tensorflow"].cast(step, "float64"), sys.modules["tensorflow"]
    if "numpy" in homes and numeric:
        return step.astype("float64"), sys.modules["numpy"]
    raise TypeError(f"step must be a number, a numeric NumPy array or a numeric tensor, got {step!r}")
