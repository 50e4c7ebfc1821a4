"""What a network starts from, and how large it is."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import DTypeLike

from nnopt_course import _checks

# Variance of the weights of a layer, and what its biases start at.
_INITIALIZERS = {
    "he": (lambda inputs, outputs: 2 / inputs, 0.0),
    "glorot": (lambda inputs, outputs: 2 / (inputs + outputs), 0.0),
    "notes": (lambda inputs, outputs: 1.0, 0.01),
}


def initial_parameters(
    layer_sizes: Sequence[int], *, seed: int, initializer: str = "he", dtype: DTypeLike = np.float64
) -> list[np.ndarray]:
    r"""Draw parameters to start from: normal weights, constant biases.

    .. math:: W_l \sim N(0, \sigma_l^2), \qquad W_l \in \mathbb{R}^{n_{l-1} \times n_l}

    ========== =================================== ======
    name       variance :math:`\sigma_l^2`         biases
    ========== =================================== ======
    ``he``     :math:`2 / n_{l-1}`                 0
    ``glorot`` :math:`2 / (n_{l-1} + n_l)`         0
    ``notes``  1, as in listing ``opt4_7``         0.01
    ========== =================================== ======

    He's variance keeps the size of the signal from layer to layer under ReLU, which sets half of it to 0; Glorot's is
    for activations that are nearly linear around 0. Keras's initializers of these names cut off the tails of the
    normal distribution or draw uniformly, with the same variance.

    The weights are drawn in float64 from one NumPy ``RandomState``, ``W1`` first and row by row, and rounded once: the
    numbers for a seed are the same on every machine and in every version.

    Args:
      layer_sizes: numbers of inputs, of the neurons of each hidden layer, and of outputs, such as ``(2, 11, 1)``; a
        list or tuple.
      seed: seed of ``RandomState``, in ``[0, 2**32)``.
      initializer: one of the names above.
      dtype: dtype of all arrays.

    Returns:
      ``[W1, b1, W2, b2, ...]``.

    Raises:
      ValueError: if there are fewer than two sizes, one is below 1, ``seed`` is out of range, ``initializer`` is
        unknown, or ``dtype`` is not floating.
      TypeError: if a size or ``seed`` is not an integer, ``initializer`` is not a string, or ``dtype`` is no NumPy
        dtype.

    Source: He et al., *Delving Deep into Rectifiers* (2015), equation 10; Glorot and Bengio, *Understanding the
    Difficulty of Training Deep Feedforward Neural Networks* (2010), equation 12.

    >>> [values.shape for values in initial_parameters((3, 4, 2), seed=0)]
    [(3, 4), (4,), (4, 2), (2,)]
    >>> initial_parameters((1, 2), seed=0, initializer="notes")[0].round(4).tolist()
    [[1.7641, 0.4002]]
    """
    sizes = _sizes(layer_sizes)
    variance, bias = _INITIALIZERS[_checks.one_of("initializer", initializer, _INITIALIZERS)]
    random, dtype = np.random.RandomState(_checks.seed(seed)), _checks.floating_dtype(dtype)
    parameters = []
    for inputs, outputs in pairwise(sizes):
        weights = random.randn(inputs, outputs) * np.sqrt(variance(inputs, outputs))
        parameters += [weights.astype(dtype), np.full(outputs, bias, dtype)]
    return parameters


def count_layers(layer_sizes: Sequence[int]) -> int:
    """Return the number of layers of a network: the hidden ones and the output; the inputs compute nothing.

    ``layer_sizes`` and its errors are those of :func:`initial_parameters`.

    >>> count_layers((3, 4, 2))
    2
    """
    return len(_sizes(layer_sizes)) - 1


def count_parameters(layer_sizes: Sequence[int]) -> int:
    r"""Return the number of parameters of a network, all weights and all biases: :math:`\sum_l (n_{l-1} + 1) \, n_l`.

    ``layer_sizes`` and its errors are those of :func:`initial_parameters`.

    >>> count_parameters((3, 4, 2))
    26
    """
    sizes = _sizes(layer_sizes)
    return sum((inputs + 1) * outputs for inputs, outputs in pairwise(sizes))


def _sizes(layer_sizes: Sequence[int]) -> list[int]:
    if not isinstance(layer_sizes, list | tuple):
        raise TypeError(f"layer_sizes must be a list or tuple such as (3, 4, 2), got {layer_sizes!r}")
    if len(layer_sizes) < 2:
        raise ValueError(f"layer_sizes must hold at least the inputs and the outputs, got {layer_sizes!r}")
    return [
        _checks.positive_integer(f"layer_sizes[{i}]", size, largest=2**31 - 1) for i, size in enumerate(layer_sizes)
    ]
