"""Loss functions: a batch of answers and a batch of outputs in, one number out.

With ``per_example=True`` a loss returns one number for each example instead, shape ``(N,)``: the mean or the sum of its
own terms. The first axis counts the examples; a tensor without axes raises ``ValueError``.

All of them refuse shapes that differ, because broadcasting would compare the wrong pairs without a word. A NaN or an
infinity in the input reaches the result (the result is NaN or infinite); it raises nothing, so that a compiled loop
can notice it. An empty batch raises ``ValueError``; where the batch size is unknown until a graph runs, its mean is
NaN and its sum 0, and shapes that turn out to differ raise ``tf.errors.InvalidArgumentError``.
"""

from collections.abc import Callable

from nnopt_course import _checks, _tensor_checks
from nnopt_course._tensorflow import TensorLike, tf


def mean_squared_error(y_true: TensorLike, y_pred: TensorLike, *, per_example: bool = False) -> tf.Tensor:
    r"""Mean of the squared differences between answers and predictions.

    .. math:: L = \frac{1}{n} \sum_{i=1}^{n} (\hat y_i - y_i)^2

    Args:
      y_true: the answers :math:`y`, any shape, floating.
      y_pred: the predictions :math:`\hat y`, same shape and dtype. The mean is over all :math:`n` elements.
      per_example: whether to return one number for each example, shape ``(N,)``.

    Returns:
      Scalar, dtype of ``y_pred``; its unit is the square of the unit of ``y_true``.

    Raises:
      ValueError: if the shapes differ or the batch is empty.
      TypeError: if a dtype is not floating or the two differ.

    Source: Goodfellow et al., *Deep Learning* (2016), section 5.1.4.

    >>> float(mean_squared_error([[1.0], [2.0]], [[1.0], [4.0]]))
    2.0
    """
    y_true, y_pred = _same_kind(y_true, y_pred)
    return _reduced(tf.reduce_mean, tf.square(y_pred - y_true), per_example)


def cross_entropy(y_true: TensorLike, y_pred: TensorLike, *, per_example: bool = False) -> tf.Tensor:
    r"""Mean cross-entropy, in nats, between two distributions given as probabilities.

    .. math:: L = -\frac{1}{N} \sum_{i=1}^{N} \sum_{k=1}^{K} p_{ik} \log q_{ik}, \qquad 0 \log 0 = 0

    The mean is over the :math:`N` examples, not over the :math:`N K` elements. Nothing is clipped: a class that has
    :math:`p > 0` and :math:`q = 0` costs infinity. That the rows are distributions (not negative, sum 1) is not
    checked; a :math:`q` that is negative, infinite or NaN gives NaN.

    Args:
      y_true: true distributions :math:`p`, shape ``(N, K)``, floating; one-hot rows for known classes.
      y_pred: predicted distributions :math:`q`, same shape and dtype. Raw scores belong in
        :func:`softmax_cross_entropy`.
      per_example: whether to return one number for each example, shape ``(N,)``.

    Returns:
      Scalar, dtype of ``y_pred``. A uniform guess costs :math:`\log K`.

    Raises:
      ValueError: if the shapes differ, are not ``(N, K)``, or the batch is empty.
      TypeError: if a dtype is not floating or the two differ.

    Source: Goodfellow et al., *Deep Learning* (2016), section 3.13.

    >>> round(float(cross_entropy([[1.0, 0.0]], [[0.5, 0.5]])), 4)
    0.6931
    """
    y_true, y_pred = _same_kind(y_true, y_pred)
    if y_pred.shape.rank != 2:
        raise ValueError(f"y_true and y_pred must have shape (N, K), got {_tensor_checks.shape_text(y_pred)}")
    # xlogy knows that 0 log 0 is 0, but it also says 0 for 0 log NaN.
    terms = tf.where((y_pred >= 0) & tf.math.is_finite(y_pred), tf.math.xlogy(y_true, y_pred), _nan(y_pred))
    return -_reduced(tf.reduce_mean, tf.reduce_sum(terms, axis=1), per_example)


def softmax_cross_entropy(y_true: TensorLike, logits: TensorLike, *, per_example: bool = False) -> tf.Tensor:
    r"""Mean cross-entropy, in nats, between class ids and softmax(logits).

    .. math:: L = \frac{1}{N} \sum_{i=1}^{N} \Big(\log \sum_{k=1}^{K} e^{z_{ik}} - z_{i y_i}\Big)

    With :math:`m` the largest logit of a row, a row is computed as
    :math:`\log(1 + \sum_{k \ne m} e^{z_k - z_m}) + (z_m - z_y)`: nothing overflows, and a small loss keeps its digits.
    A logit of :math:`-\infty` rules its class out; one of :math:`+\infty` gives NaN or infinity, a row of
    :math:`-\infty` NaN.

    Args:
      y_true: class ids in ``[0, K)``, shape ``(N,)``, integer.
      logits: unnormalized scores :math:`z`, shape ``(N, K)`` with ``K >= 2``, floating.
      per_example: whether to return one number for each example, shape ``(N,)``.

    Returns:
      Scalar, dtype of ``logits``. A uniform guess costs :math:`\log K`.

    Raises:
      ValueError: if the shapes are not ``(N,)`` and ``(N, K)``, the batch is empty, K is 1, or an id is outside
        ``[0, K)``. What a graph learns only when it runs is not checked: with K = 1 the loss is 0, and an id outside
        makes it NaN.
      TypeError: if ``y_true`` is not integer or ``logits`` not floating.

    Source: Goodfellow et al., *Deep Learning* (2016), section 6.2.2.3.

    >>> round(float(softmax_cross_entropy(tf.constant([0]), tf.zeros((1, 2)))), 4)
    0.6931
    """
    ids, z = _class_ids_and_logits(y_true, logits)
    # The largest logit is gathered at its index: reduce_max would share its gradient among logits that tie.
    ids, largest = _tensor_checks.same_sizes_at_run_time(ids, tf.argmax(z, axis=1))
    z_max = tf.gather(z, largest, axis=1, batch_dims=1)
    is_largest = tf.one_hot(largest, tf.shape(z)[1], on_value=True, off_value=False)
    in_range = (ids >= 0) & (ids < tf.shape(z, tf.int64)[1])
    others = tf.where(is_largest, tf.zeros_like(z), tf.exp(z - z_max[:, tf.newaxis]))
    z_true = tf.gather(z, tf.where(in_range, ids, tf.zeros_like(ids)), axis=1, batch_dims=1)
    loss = tf.math.log1p(tf.reduce_sum(others, axis=1)) + (z_max - z_true)
    return _reduced(tf.reduce_mean, tf.where(in_range, loss, _nan(z)), per_example)


def asymmetric_loss(
    y_true: TensorLike, y_pred: TensorLike, *, cost: float, profit: float, per_example: bool = False
) -> tf.Tensor:
    r"""Sum of what wrong forecasts lose: ``cost`` per unit too many, ``profit`` per unit too few.

    .. math::

        L = \sum_{i=1}^{n} \begin{cases}
            \text{cost} \, (\hat y_i - y_i) & \hat y_i > y_i \\
            \text{profit} \, (y_i - \hat y_i) & \text{otherwise}
        \end{cases}

    A sum, as in listing ``opt4_2`` of the notes: at the same learning rate, :math:`n` examples take :math:`n` times the
    step of a mean. Divided by cost + profit it is the pinball loss, so the best constant forecast is the
    profit / (profit + cost) quantile of the answers. At a perfect forecast the derivative with respect to
    :math:`\hat y_i` is that of the second line, :math:`-\text{profit}`.

    Args:
      y_true: the answers :math:`y`, any shape, floating.
      y_pred: the forecasts :math:`\hat y`, same shape and dtype.
      cost: loss per unit made and not sold, above 0.
      profit: loss per unit not made that would have sold, above 0.
      per_example: whether to return one number for each example, shape ``(N,)``.

    Returns:
      Scalar, dtype of ``y_pred``, in the unit of ``cost`` times that of ``y_true``.

    Raises:
      ValueError: if the shapes differ, the batch is empty, or ``cost`` or ``profit`` is not finite and above 0.
      TypeError: if a dtype is not floating or the two differ, or ``cost`` or ``profit`` is not a number.

    Source: Koenker and Bassett, *Regression Quantiles* (1978), for the pinball loss.

    >>> y_true, y_pred = [[4.0], [1.0]], [[1.0], [3.0]]  # 3 too few, 2 too many
    >>> float(asymmetric_loss(y_true, y_pred, cost=1, profit=9))
    29.0
    """
    cost, profit = _checks.positive("cost", cost), _checks.positive("profit", profit)
    y_true, y_pred = _same_kind(y_true, y_pred)
    cost, profit = (_tensor_checks.rounded(price, y_pred.dtype) for price in (cost, profit))
    too_many = y_pred - y_true
    return _reduced(tf.reduce_sum, tf.where(too_many > 0, cost * too_many, -profit * too_many), per_example)


def _same_kind(y_true: TensorLike, y_pred: TensorLike) -> tuple[tf.Tensor, tf.Tensor]:
    names = ("y_true", "y_pred")
    y_true, y_pred = _tensor_checks.floating_pair(names, y_true, y_pred)
    y_true, y_pred = _tensor_checks.same_shape(names, y_true, y_pred)
    _tensor_checks.not_empty("y_pred", y_pred)
    return y_true, y_pred


def _reduced(reduce: Callable[..., tf.Tensor], terms: tf.Tensor, per_example: bool) -> tf.Tensor:
    """Reduce all terms to one number, or those of each example."""
    if not _checks.boolean("per_example", per_example):
        return reduce(terms)
    if terms.shape.rank == 0:
        raise ValueError("y_pred must have an axis of examples, got shape ()")
    return reduce(terms, axis=list(range(1, terms.shape.rank)))


def _nan(like: tf.Tensor) -> tf.Tensor:
    return tf.constant(float("nan"), like.dtype)


def _class_ids_and_logits(y_true: TensorLike, logits: TensorLike) -> tuple[tf.Tensor, tf.Tensor]:
    ids, z = _tensor_checks.tensor("y_true", y_true), _tensor_checks.tensor("logits", logits)
    if not ids.dtype.is_integer:
        raise TypeError(f"y_true must hold integer class ids, got {ids.dtype.name}")
    if z.dtype not in _tensor_checks.FLOATING:
        raise TypeError(f"logits must have a floating dtype, got {z.dtype.name}")
    if ids.shape.rank != 1 or z.shape.rank != 2 or not ids.shape.is_compatible_with(z.shape[:1]):
        raise ValueError(
            "y_true and logits must have shapes (N,) and (N, K), "
            f"got {_tensor_checks.shape_text(ids)} and {_tensor_checks.shape_text(z)}"
        )
    _tensor_checks.not_empty("logits", z)
    if z.shape[1] == 1:
        raise ValueError(
            f"logits must have at least 2 classes, got shape {_tensor_checks.shape_text(z)}: "
            "softmax of one score is 1 whatever the score, so loss and gradient would be 0"
        )
    ids = tf.cast(ids, tf.int64)  # a narrow integer type may not reach K
    if tf.executing_eagerly():
        outside = tf.boolean_mask(ids, (ids < 0) | (ids >= z.shape[1]))
        if outside.shape[0]:
            raise ValueError(f"y_true must hold class ids in [0, {z.shape[1]}), got {int(outside[0])}")
    return ids, z
