"""The losses for ``model.compile``: one value for each example, which Keras weights and reduces.

Before a loss sees them, Keras casts answers and outputs to the loss's ``dtype``, class ids included. That is float32
unless you say otherwise; ``dtype="float64"`` keeps the digits of a float64 model. Keras's own losses lose their dtype
when the model is saved; these keep it.

Shapes that differ are refused, as in :mod:`nnopt_course.losses`: answers of shape ``(N,)`` do not fit a
``Dense(1)``, which returns ``(N, 1)``. So are weights that are not one for each example.
"""

from typing import Any

from nnopt_course import _checks, _tensor_checks, losses
from nnopt_course._tensorflow import TensorLike, tf
from nnopt_course.keras_adapters import _values

_register = tf.keras.utils.register_keras_serializable(package="nnopt_course")


class _LossPerExample(tf.keras.losses.Loss):
    """What the losses share: a dtype that is saved, and weights that cannot broadcast."""

    def __init__(self, reduction: str | None, name: str, dtype: Any) -> None:
        """Let Keras check the reduction; half precision would not hold every class id."""
        for argument, value in {"name": name, "reduction": reduction}.items():
            if not isinstance(value, str | None):
                raise TypeError(f"{argument} must be a string or None, got {value!r}")
        super().__init__(name=name, reduction=reduction, dtype=_values.dtype(dtype))

    def __call__(self, y_true: TensorLike, y_pred: TensorLike, sample_weight: TensorLike | None = None) -> tf.Tensor:
        """Return the losses of the examples, weighted and reduced."""
        mask = getattr(y_pred, "_keras_mask", None)
        y_true, y_pred = self._tensor("y_true", y_true), self._tensor("y_pred", y_pred)
        if mask is not None:
            _one_per_example("the mask of y_pred", mask, y_pred)
        if sample_weight is not None:
            sample_weight = _one_per_example("sample_weight", self._tensor("sample_weight", sample_weight), y_pred)
        return super().__call__(y_true, y_pred, sample_weight)

    def _tensor(self, name: str, value: TensorLike) -> tf.Tensor:
        """Return one tensor; a list would reach Keras as so many single numbers."""
        tensor = _tensor_checks.tensor(name, value, self.dtype)
        if not (tensor.dtype.is_floating or tensor.dtype.is_integer or tensor.dtype.is_bool):
            raise TypeError(f"{name} must hold numbers, got {tensor.dtype.name}")  # Keras would cut off imaginary parts
        return tensor

    def get_config(self) -> dict[str, Any]:
        """Return what ``from_config`` needs, as plain values."""
        return super().get_config() | {"dtype": self.dtype}


@_register
class MeanSquaredError(_LossPerExample):
    """:func:`nnopt_course.losses.mean_squared_error` for Keras, the mean over the elements of each example.

    Args:
      reduction: what Keras makes of the values of the examples.
      name: name of the loss.
      dtype: ``"float32"`` or ``"float64"``, to which Keras casts answers and outputs; ``None`` is
        ``keras.config.floatx()``.

    Raises:
      ValueError: if ``dtype`` is another one; in a call, if shapes differ, such as ``(N,)`` and ``(N, 1)``, or
        ``sample_weight`` is not one number for each example.
      TypeError: if an option is no string; in a call, if an argument is no tensor of numbers.

    >>> y_true, y_pred = [[1.0], [2.0]], [[1.0], [4.0]]
    >>> float(MeanSquaredError()(y_true, y_pred, sample_weight=[1.0, 0.5]))
    1.0
    """

    def __init__(
        self, reduction: str | None = "sum_over_batch_size", name: str = "mean_squared_error", dtype: Any = None
    ) -> None:
        """Set what Keras needs."""
        super().__init__(reduction, name, dtype)

    def call(self, y_true: tf.Tensor, y_pred: tf.Tensor) -> tf.Tensor:
        """Return one value for each example."""
        return losses.mean_squared_error(y_true, y_pred, per_example=True)


@_register
class CrossEntropy(_LossPerExample):
    """:func:`nnopt_course.losses.cross_entropy` for Keras: answers and outputs are probabilities, shape ``(N, K)``.

    Nothing is clipped, unlike in Keras's ``CategoricalCrossentropy``. Arguments and errors as in
    :class:`MeanSquaredError`.

    >>> y_true, y_pred = [[1.0, 0.0], [0.0, 1.0]], [[0.5, 0.5], [0.0, 1.0]]
    >>> round(float(CrossEntropy()(y_true, y_pred)), 4)  # log(2) / 2
    0.3466
    """

    def __init__(
        self, reduction: str | None = "sum_over_batch_size", name: str = "cross_entropy", dtype: Any = None
    ) -> None:
        """Set what Keras needs."""
        super().__init__(reduction, name, dtype)

    def call(self, y_true: tf.Tensor, y_pred: tf.Tensor) -> tf.Tensor:
        """Return one value for each example."""
        return losses.cross_entropy(y_true, y_pred, per_example=True)


@_register
class SoftmaxCrossEntropy(_LossPerExample):
    """:func:`nnopt_course.losses.softmax_cross_entropy` for Keras: class ids and logits, no softmax in the model.

    The answers are class ids of shape ``(N,)`` or ``(N, 1)`` and any dtype, the logits have shape ``(N, K)``. An id
    that is not a whole number in ``[0, K)`` raises ``ValueError`` eagerly. ``model.fit`` runs a graph, and there the id
    makes the loss of its example NaN, so that of the batch too, even at weight 0. Arguments and errors as in
    :class:`MeanSquaredError`.

    >>> round(float(SoftmaxCrossEntropy()([0, 1], [[0.0, 0.0], [0.0, 0.0]])), 4)
    0.6931
    """

    def __init__(
        self, reduction: str | None = "sum_over_batch_size", name: str = "softmax_cross_entropy", dtype: Any = None
    ) -> None:
        """Set what Keras needs."""
        super().__init__(reduction, name, dtype)

    def call(self, y_true: tf.Tensor, y_pred: tf.Tensor) -> tf.Tensor:
        """Return one value for each example."""
        return losses.softmax_cross_entropy(_class_ids(y_true), y_pred, per_example=True)


@_register
class AsymmetricLoss(_LossPerExample):
    """:func:`nnopt_course.losses.asymmetric_loss` for Keras, the sum over the elements of each example.

    Keras's default reduction divides the sum over the examples by their number. Listing ``opt4_2`` does not:
    ``reduction="sum"`` is the listing's loss. With it, the ``loss`` that ``fit`` reports is a mean over the batches,
    weighted by their sizes, not the sum over the data.

    Args:
      cost: loss per unit made and not sold, above 0.
      profit: loss per unit not made that would have sold, above 0.
      reduction: as in :class:`MeanSquaredError`.
      name: as there.
      dtype: as there.

    Raises:
      ValueError: as there, and if ``cost`` or ``profit`` is not finite and above 0.
      TypeError: as there, and if ``cost`` or ``profit`` is not a number.

    >>> loss = AsymmetricLoss(cost=1, profit=9, reduction="sum")
    >>> float(loss([[4.0], [1.0]], [[1.0], [3.0]]))  # 3 too few, 2 too many
    29.0
    """

    def __init__(
        self,
        *,
        cost: float,
        profit: float,
        reduction: str | None = "sum_over_batch_size",
        name: str = "asymmetric_loss",
        dtype: Any = None,
    ) -> None:
        """Check the prices."""
        super().__init__(reduction, name, dtype)
        self.cost, self.profit = _checks.positive("cost", cost), _checks.positive("profit", profit)

    def call(self, y_true: tf.Tensor, y_pred: tf.Tensor) -> tf.Tensor:
        """Return one value for each example."""
        return losses.asymmetric_loss(y_true, y_pred, cost=self.cost, profit=self.profit, per_example=True)

    def get_config(self) -> dict[str, Any]:
        """Return what ``from_config`` needs, as plain values."""
        return super().get_config() | {"cost": self.cost, "profit": self.profit}


def _one_per_example(name: str, values: tf.Tensor, y_pred: tf.Tensor) -> tf.Tensor:
    """Return as many numbers as there are examples, shape ``(N,)``; Keras would broadcast any others."""
    column = values.shape.rank == 2 and values.shape[1] == 1
    if not (column or values.shape.rank == 1) or not values.shape[:1].is_compatible_with(y_pred.shape[:1]):
        raise ValueError(
            f"{name} must have one number for each example, shape (N,) or (N, 1), "
            f"got {_tensor_checks.shape_text(values)} for outputs of shape {_tensor_checks.shape_text(y_pred)}"
        )
    values = values[:, 0] if column else values
    return _tensor_checks.same_sizes_at_run_time(values, tf.zeros(tf.shape(y_pred)[:1], values.dtype))[0]


def _class_ids(y_true: tf.Tensor) -> tf.Tensor:
    """Return class ids that Keras cast to float as integers, shape ``(N,)``; -1 for what is not a whole number."""
    if y_true.shape.rank == 2 and y_true.shape[1] == 1:
        y_true = y_true[:, 0]
    whole = (tf.floor(y_true) == y_true) & (tf.abs(y_true) < 2**24)  # up to there float32 holds every whole number
    if tf.executing_eagerly() and y_true.shape.rank == 1 and not tf.reduce_all(whole):
        raise ValueError(f"y_true must hold class ids, which are whole numbers, got {float(y_true[~whole][0])}")
    return tf.cast(tf.where(whole, y_true, -tf.ones_like(y_true)), tf.int64)
