"""The forward pass: what a network answers, from its parameters and its inputs."""

from collections.abc import Mapping, Sequence

from nnopt_course import _checks, _tensor_checks
from nnopt_course._tensor_checks import shape_text
from nnopt_course._tensorflow import TensorLike, tf

_ACTIVATIONS = {"relu": tf.nn.relu, "sigmoid": tf.sigmoid, "tanh": tf.tanh, "linear": tf.identity}


def activate(z: TensorLike, activation: str) -> tf.Tensor:
    r"""Apply an activation function to each element of ``z``.

    =========== =============================== ===============================
    name        value :math:`f(z)`              slope :math:`f'(z)`
    =========== =============================== ===============================
    ``relu``    :math:`\max(z, 0)`              1 for :math:`z > 0`, otherwise 0
    ``sigmoid`` :math:`1 / (1 + e^{-z})`        :math:`f(z) \, (1 - f(z))`
    ``tanh``    :math:`\tanh z`                 :math:`1 - f(z)^2`
    ``linear``  :math:`z`                       1
    =========== =============================== ===============================

    At 0 the ReLU has no derivative; TensorFlow answers 0 there.

    Args:
      z: weighted sums, any shape, floating.
      activation: one of the names above, which are Keras's.

    Returns:
      A tensor of the shape and dtype of ``z``.

    Raises:
      ValueError: if ``activation`` is not one of the names.
      TypeError: if ``activation`` is not a string or the dtype is not floating.

    Source: Goodfellow et al., *Deep Learning* (2016), section 6.3.

    >>> activate([-1.0, 2.0], "relu").numpy().tolist()
    [0.0, 2.0]
    """
    function = _ACTIVATIONS[_checks.one_of("activation", activation, _ACTIVATIONS)]
    return function(*_floating({"z": z}))


def neuron(x: TensorLike, weights: TensorLike, bias: TensorLike, *, activation: str = "relu") -> tf.Tensor:
    r"""Output of one neuron: the activation of a weighted sum.

    .. math:: \hat y = f\Big(\sum_{i=1}^{n} x_i w_i + b\Big)

    Args:
      x: inputs, shape ``(N, n)``, or ``(n,)`` for a single example; floating.
      weights: the weights :math:`w`, shape ``(n,)``, dtype of ``x``.
      bias: the bias :math:`b`, a scalar, dtype of ``x``.
      activation: name of :math:`f`, see :func:`activate`.

    Returns:
      One output per example, shape ``(N,)``, or a scalar for a single example; dtype of ``x``.

    Raises:
      ValueError: if the shapes do not fit or ``activation`` is unknown.
      TypeError: if ``activation`` is not a string, a dtype is not floating, or the dtypes differ.

    Source: Goodfellow et al., *Deep Learning* (2016), section 6.3.

    >>> float(neuron([1.0, 2.0], [3.0, -1.0], 0.5))
    1.5
    """
    x, w, b = _floating({"x": x, "weights": weights, "bias": bias})
    if w.shape.rank != 1 or b.shape.rank != 0:
        raise ValueError(f"weights must have shape (n,) and bias (), got {shape_text(w)} and {shape_text(b)}")
    if x.shape.rank not in (1, 2) or not x.shape[-1:].is_compatible_with(w.shape):
        n = w.shape[0]
        raise ValueError(f"x must have shape (N, {n}) or ({n},), one column per weight, got {shape_text(x)}")
    return activate(tf.tensordot(x, w, axes=1) + b, activation)


def dense(parameters: Sequence[TensorLike], x: TensorLike, *, activation: str = "relu") -> tf.Tensor:
    r"""Outputs of a dense network of any depth: every hidden layer is activated, the output layer is linear.

    .. math::

        h_0 = x, \qquad h_l = f(h_{l-1} W_l + b_l) \quad (l = 1, \ldots, L - 1), \qquad
        \hat y = h_{L-1} W_L + b_L

    The linear outputs can be predictions for :func:`nnopt_course.losses.mean_squared_error` or logits for
    :func:`nnopt_course.losses.softmax_cross_entropy`. With ``activation="linear"`` the whole network is one linear
    layer, however deep it is.

    Args:
      parameters: ``[W1, b1, ..., WL, bL]``, a list or tuple; ``Wl`` has shape ``(n_{l-1}, n_l)`` and ``bl`` shape
        ``(n_l,)``; floating, all of one dtype.
      x: inputs, shape ``(N, n_0)`` with any ``N``, dtype of the parameters.
      activation: name of :math:`f`, see :func:`activate`.

    Returns:
      Shape ``(N, n_L)``, dtype of ``x``.

    Raises:
      ValueError: if the parameters do not come in pairs, a shape does not fit (biases are never broadcast), or
        ``activation`` is unknown. Sizes that a graph learns only when it runs raise
        ``tf.errors.InvalidArgumentError`` there.
      TypeError: if ``parameters`` is not a list or tuple, ``activation`` is not a string, a dtype is not floating, or
        the dtypes differ.

    Source: Goodfellow et al., *Deep Learning* (2016), section 6.1.

    >>> xor = [[[1.0, 1.0], [1.0, 1.0]], [0.0, -1.0], [[1.0], [-2.0]], [0.0]]  # 2-2-1
    >>> outputs = dense(xor, [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    >>> outputs[:, 0].numpy().tolist()
    [0.0, 1.0, 1.0, 0.0]
    """
    if not isinstance(parameters, list | tuple):
        raise TypeError(f"parameters must be a list [W1, b1, W2, b2, ...], got {type(parameters).__name__}")
    if not parameters or len(parameters) % 2:
        raise ValueError(f"parameters must be weights and biases in turn, [W1, b1, ...], got {len(parameters)} arrays")
    named = {f"parameters[{i}]": value for i, value in enumerate(parameters)}
    *tensors, h = _floating(named | {"x": x})
    _checks.one_of("activation", activation, _ACTIVATIONS)  # a network without hidden layers does not use it
    layers = list(zip(tensors[::2], tensors[1::2], strict=True))
    _check_layers(layers, h)
    for w, b in layers[:-1]:
        h = activate(_affine(h, w, b), activation)
    return _affine(h, *layers[-1])


def _affine(h: tf.Tensor, w: tf.Tensor, b: tf.Tensor) -> tf.Tensor:
    """Return ``h w + b``, without broadcasting ``b`` even where a graph learns the sizes only when it runs.

    A graph fuses the product with ``tf.nn.bias_add``, and in float32 the fused kernel looks at no size: it repeats a
    short bias and cuts off a long one. So the sizes are compared before.
    """
    if not (w.shape.is_fully_defined() and b.shape.is_fully_defined()):
        b, _ = _tensor_checks.same_sizes_at_run_time(b, w[0])
    return tf.nn.bias_add(h @ w, b)


def _floating(values: Mapping[str, TensorLike]) -> list[tf.Tensor]:
    """Convert named values to tensors of one floating dtype; Python numbers take the dtype of the first array."""
    hint = next((value.dtype for value in values.values() if hasattr(value, "dtype")), None)
    tensors = {name: _tensor_checks.tensor(name, value, hint) for name, value in values.items()}
    first, dtype = next((name, tensor.dtype) for name, tensor in tensors.items())
    for name, tensor in tensors.items():
        if tensor.dtype not in _tensor_checks.FLOATING:
            raise TypeError(f"{name} must have a floating dtype, got {tensor.dtype.name}: convert it with tf.cast")
        if tensor.dtype != dtype:
            raise TypeError(f"{name} must have the dtype of {first}, {dtype.name}, got {tensor.dtype.name}")
    return list(tensors.values())


def _check_layers(layers: Sequence[tuple[tf.Tensor, tf.Tensor]], x: tf.Tensor) -> None:
    """Refuse shapes that do not fit; a message names the layer, counted from 1, and what its neighbor asks for."""
    outputs = None
    for layer, (w, b) in enumerate(layers, start=1):
        if w.shape.rank != 2 or 0 in w.shape.as_list():
            raise ValueError(f"the weights of layer {layer} must have shape (inputs, outputs), got {shape_text(w)}")
        if outputs is not None and not w.shape[:1].is_compatible_with(outputs):
            raise ValueError(
                f"the weights of layer {layer} must have {outputs[0]} rows, one per output of layer {layer - 1}, "
                f"got shape {shape_text(w)}"
            )
        outputs = w.shape[1:]
        if b.shape.rank != 1 or not b.shape.is_compatible_with(outputs):
            raise ValueError(
                f"the biases of layer {layer} must have shape ({outputs[0]},), one per column of its weights, "
                f"got {shape_text(b)}: broadcasting would share or multiply them"
            )
    inputs = layers[0][0].shape[:1]
    if x.shape.rank != 2 or not x.shape[1:].is_compatible_with(inputs):
        raise ValueError(f"x must have shape (N, {inputs[0]}), one column per input of layer 1, got {shape_text(x)}")
