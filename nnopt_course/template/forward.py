"""The network of the template: what it starts from, what it answers, and which class that answer means.

Only :func:`forward` checks its arguments; what the others cannot use, NumPy refuses in its own words.
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from nnopt_course import network
from nnopt_course._tensorflow import TensorLike, tf


def get_weight(shape: tuple[int, int], random: np.random.RandomState) -> np.ndarray:
    """Draw the weights of a layer from N(0, 1), shape ``(inputs, outputs)``."""
    return random.randn(*shape)


def get_bias(shape: tuple[int]) -> np.ndarray:
    """Return the biases of a layer, all 0.01, shape ``(outputs,)``."""
    return np.full(shape, 0.01)


def initial_parameters(layer_sizes: Sequence[int], *, seed: int, dtype: DTypeLike = np.float64) -> list[np.ndarray]:
    """Return what training starts from; the listing's network has the layer sizes 2, 11, 1.

    Args:
      layer_sizes: numbers of inputs, of the neurons of each hidden layer, and of outputs.
      seed: seed of NumPy's ``RandomState``.
      dtype: dtype of all arrays; the weights are drawn in float64 and rounded once.

    Returns:
      Weights and biases in turn, ``[W1, b1, W2, b2, ...]``.

    Source: listing ``opt4_8`` of the notes, which draws without a seed.

    >>> [values.shape for values in initial_parameters((2, 11, 1), seed=0)]
    [(2, 11), (11,), (11, 1), (1,)]
    """
    random, parameters = np.random.RandomState(seed), []
    for inputs, outputs in pairwise(layer_sizes):
        parameters += [get_weight((inputs, outputs), random), get_bias((outputs,))]
    return [values.astype(dtype) for values in parameters]


def forward(parameters: Sequence[TensorLike], x: TensorLike) -> tf.Tensor:
    """Return the outputs of a dense network, ReLU in the hidden layers and none after the last one.

    Args:
      parameters: as :func:`initial_parameters` makes them.
      x: inputs, shape ``(N, inputs)``, dtype of the parameters.

    Returns:
      Shape ``(N, outputs)``, predictions for mean squared error or logits for softmax cross-entropy.

    Raises:
      ValueError: as :func:`nnopt_course.network.dense`, if a shape does not fit.
      TypeError: as there, if a dtype does not fit.

    >>> weights, biases = np.array([[2.0], [3.0]]), np.array([1.0])
    >>> forward([weights, biases], np.array([[10.0, 1.0]])).numpy().tolist()
    [[24.0]]
    """
    return network.dense(parameters, x)


def class_of(answers: ArrayLike) -> np.ndarray:
    """Return the class ids that answers mean, those of the network or those of the data, shape ``(N,)``.

    One column means class 1 above 0.5 and class 0 otherwise; of several columns the largest counts; ids stay.

    >>> class_of([[0.2], [0.9]]).tolist(), class_of([[0.2, 0.9, 0.1]]).tolist()
    ([0, 1], [1])
    >>> class_of([3, 1]).tolist()
    [3, 1]
    """
    answers = np.asarray(answers)
    if answers.ndim == 1:
        return answers
    return (answers[:, 0] > 0.5).astype(np.int64) if answers.shape[1] == 1 else answers.argmax(axis=1)
