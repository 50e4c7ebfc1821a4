r"""Penalties: a weight in, one number out, to be added to the loss.

A penalty is a frozen value. ``penalty(weight)`` takes a floating tensor of any shape and returns a scalar of its dtype;
``strength`` is the :math:`\lambda` of its formula, a finite number of at least 0. A NaN or an infinity in the weight
reaches the result. Add the penalty inside the ``GradientTape``; outside of it the penalty has no gradient.

Making a penalty raises ``ValueError`` or ``TypeError`` if the strength is not such a number; calling one raises
``TypeError`` if the weight is not floating.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from numbers import Real
from typing import Any

from nnopt_course import _checks, _tensor_checks
from nnopt_course._tensorflow import TensorLike, tf
from nnopt_course._weights import is_weight

Penalty = Callable[[tf.Tensor], tf.Tensor]  #: Maps a weight to a scalar; one of this module, of Keras, or of your own.


@dataclass(frozen=True)
class _OneStrength:
    strength: float

    def __post_init__(self) -> None:
        """Check the strength."""
        _checks.keep(self, strength=_checks.not_negative)


@dataclass(frozen=True)
class L1(_OneStrength):
    r"""Sum of absolute values: :math:`R(w) = \lambda \sum_i |w_i|`.

    The gradient is :math:`\lambda \operatorname{sign}(w)`. At :math:`w = 0`, where every number from
    :math:`-\lambda` to :math:`\lambda` is a subgradient, it is 0. Equal to ``keras.regularizers.L1``.

    Source: Tibshirani, *Regression shrinkage and selection via the lasso* (1996).

    >>> round(float(L1(0.1)([3.0, -4.0])), 4)
    0.7
    """

    def __call__(self, weight: TensorLike) -> tf.Tensor:
        """Return the penalty of ``weight``."""
        return _times(self.strength, tf.abs(_tensor_checks.floating("weight", weight)))


@dataclass(frozen=True)
class L2(_OneStrength):
    r"""Sum of squares, Keras's form: :math:`R(w) = \lambda \sum_i w_i^2`.

    The gradient is :math:`2 \lambda w`. Equal to ``keras.regularizers.L2``, and to :class:`HalfL2` of twice the
    strength.

    Source: Goodfellow et al., *Deep Learning* (2016), section 7.1.1, whose form has the half.

    >>> round(float(L2(0.1)([3.0, -4.0])), 4)
    2.5
    """

    def __call__(self, weight: TensorLike) -> tf.Tensor:
        """Return the penalty of ``weight``."""
        return _times(self.strength, tf.square(_tensor_checks.floating("weight", weight)))


@dataclass(frozen=True)
class HalfL2(_OneStrength):
    r"""Half the sum of squares, the form of TensorFlow 1: :math:`R(w) = \frac{\lambda}{2} \sum_i w_i^2`.

    The gradient is :math:`\lambda w`. Equal to ``strength * tf.nn.l2_loss(weight)``, which is TensorFlow 1's
    ``l2_regularizer(strength)``, and to :class:`L2` of half the strength.

    Source: Goodfellow et al., *Deep Learning* (2016), section 7.1.1.

    >>> round(float(HalfL2(0.1)([3.0, -4.0])), 4)
    1.25
    """

    def __call__(self, weight: TensorLike) -> tf.Tensor:
        """Return the penalty of ``weight``."""
        return _times(0.5 * self.strength, tf.square(_tensor_checks.floating("weight", weight)))


@dataclass(frozen=True)
class L1L2:
    r"""Elastic net, both at once: :math:`R(w) = \lambda_1 \sum_i |w_i| + \lambda_2 \sum_i w_i^2`.

    ``l1`` is :math:`\lambda_1` and ``l2`` is :math:`\lambda_2`, both finite and at least 0. The gradient at
    :math:`w = 0` is 0, as for :class:`L1`. Equal to ``keras.regularizers.L1L2``.

    Source: Zou and Hastie, *Regularization and variable selection via the elastic net* (2005).

    >>> round(float(L1L2(l1=0.1, l2=0.2)([3.0, -4.0])), 4)
    5.7
    """

    l1: float
    l2: float

    def __post_init__(self) -> None:
        """Check the strengths."""
        _checks.keep(self, l1=_checks.not_negative, l2=_checks.not_negative)

    def __call__(self, weight: TensorLike) -> tf.Tensor:
        """Return the penalty of ``weight``."""
        w = _tensor_checks.floating("weight", weight)
        return _times(self.l1, tf.abs(w)) + _times(self.l2, tf.square(w))


def soft_threshold(weight: TensorLike, threshold: TensorLike) -> tf.Tensor:
    r"""Move every weight toward zero by ``threshold``, and those that are nearer to exactly zero.

    .. math::

        S_\theta(w) = \operatorname{sign}(w) \max(|w| - \theta, 0)
        = \arg\min_v \Big(\frac{1}{2} \lVert v - w \rVert^2 + \theta \lVert v \rVert_1\Big)

    This is the proximal step of :class:`L1`: after a gradient step of the loss alone at rate :math:`\eta`, apply it
    with :math:`\theta = \eta \lambda`. A zero is +0, also for negative weights. NaN stays NaN.

    Args:
      weight: :math:`w`, any shape, floating.
      threshold: :math:`\theta`, at least 0: a number, or a scalar tensor of the dtype of ``weight``. The value of a
        tensor is not checked in a graph.

    Returns:
      Shape and dtype of ``weight``.

    Raises:
      ValueError: if ``threshold`` is negative, not finite or not a scalar.
      TypeError: if ``weight`` is not floating, or ``threshold`` has another dtype.

    Source: Parikh and Boyd, *Proximal algorithms* (2014), section 6.5.2.

    >>> soft_threshold([3.0, -0.5, -2.0], 1.0).numpy().tolist()
    [2.0, 0.0, -1.0]
    """
    w = _tensor_checks.floating("weight", weight)
    if isinstance(threshold, Real):
        theta = _tensor_checks.scalar("threshold", _checks.not_negative("threshold", threshold), w.dtype)
    else:
        theta = _tensor_checks.floating("threshold", threshold)
        if theta.dtype != w.dtype:
            raise TypeError(f"threshold must have the dtype of weight, {w.dtype.name}, got {theta.dtype.name}")
        if theta.shape.rank != 0:
            raise ValueError(f"threshold must be a scalar, got shape {_tensor_checks.shape_text(theta)}")
        if tf.executing_eagerly():
            _checks.not_negative("threshold", float(theta))
    return w - tf.clip_by_value(w, -theta, theta)


def kernel_penalty(penalty: Penalty, parameters: Sequence[TensorLike]) -> tf.Tensor:
    r"""Sum a penalty over the kernels among ``parameters``: :math:`\sum_{W} R(W)`, biases left alone.

    A kernel is a parameter with two axes or more. A network's weights have them, its biases have one.

    Args:
      penalty: function of one weight that returns a scalar, such as ``L2(0.01)``.
      parameters: tensors of any shapes and one floating dtype, at least one of them a kernel.

    Returns:
      Scalar, dtype of the parameters.

    Raises:
      ValueError: if there is no kernel, which would make the penalty 0 whatever its strength, ``penalty`` returns no
        scalar, or a number of axes is unknown in a graph.
      TypeError: if ``penalty`` is not callable, ``parameters`` is one tensor or no list, or a dtype is not floating or
        differs, that of the penalty included.

    Source: Goodfellow et al., *Deep Learning* (2016), section 7.1, on why biases are left alone.

    >>> w, b = tf.constant([[3.0, -4.0]]), tf.constant([7.0, 7.0])
    >>> round(float(kernel_penalty(L1(0.1), [w, b])), 4)
    0.7
    """
    if not callable(penalty):
        raise TypeError(f"penalty must be a function of a weight, such as L2(0.01), got {penalty!r}")
    if hasattr(parameters, "dtype"):
        raise TypeError("parameters must be a list of tensors, got one tensor")
    if not isinstance(parameters, Iterable):
        raise TypeError(f"parameters must be a list of tensors, got {parameters!r}")
    tensors = [_tensor_checks.floating(f"parameters[{i}]", parameter) for i, parameter in enumerate(parameters)]
    shapes = [_tensor_checks.shape_text(tensor) for tensor in tensors]
    if len({tensor.dtype for tensor in tensors}) > 1:
        raise TypeError(f"parameters must all have one dtype, got {[tensor.dtype.name for tensor in tensors]}")
    kernels = [tensor for tensor in tensors if is_weight(tensor)]
    if not kernels:
        raise ValueError(f"parameters must hold at least one kernel, of two axes or more, got shapes {shapes}")
    values = [_tensor_checks.scalar("penalty(weight)", penalty(kernel), kernel.dtype) for kernel in kernels]
    return tf.add_n(values)


def model_penalty(penalty: Penalty, model: Any) -> tf.Tensor:
    """Sum a penalty over the kernels of a Keras model or layer.

    A kernel is a trainable variable with two axes or more whose name is ``kernel`` or ends in ``_kernel``, as in dense,
    convolutional and recurrent layers. Axes alone would not do, because a ``GRU`` has biases with two. Biases, scales
    and offsets of normalization, embeddings and frozen layers are left alone. A shared layer counts once.

    Args:
      penalty: function of one weight that returns a scalar, such as ``L2(0.01)``.
      model: a Keras model or layer that has been built. ``model.losses`` is not part of the sum.

    Returns:
      Scalar, dtype of the variables.

    Raises:
      ValueError: if the model has no kernel, for example because it was not built.
      TypeError: if ``model`` has no ``trainable_variables``, ``penalty`` is not callable, or dtypes differ.

    >>> dense = tf.keras.layers.Dense(
    ...     2, kernel_initializer="ones", bias_initializer="ones"
    ... )
    >>> dense.build((None, 3))
    >>> round(float(model_penalty(L2(0.1), dense)), 4)
    0.6
    """
    variables = getattr(model, "trainable_variables", None)
    if variables is None:
        raise TypeError(f"model must be a Keras model or layer, got {model!r}")
    kernels = [v for v in variables if v.name == "kernel" or v.name.endswith("_kernel")]
    if not kernels:
        named = [f"{variable.name} {tuple(variable.shape)}" for variable in variables]
        raise ValueError(f"model must be built and have at least one trainable kernel, got {named}")
    return kernel_penalty(penalty, kernels)


def _times(strength: float, terms: tf.Tensor) -> tf.Tensor:
    return _tensor_checks.rounded(strength, terms.dtype) * tf.reduce_sum(terms)
