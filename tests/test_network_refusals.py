"""What the forward pass of a network refuses, and how it says so."""

import numpy as np
import pytest

from nnopt_course import network
from nnopt_course._tensorflow import tf

START = network.initial_parameters((2, 11, 1), seed=1, initializer="notes")
POINTS = np.random.RandomState(0).randn(8, 2)


@pytest.mark.parametrize(
    ("activation", "error"),
    [("selu", ValueError), ("ReLU", ValueError), ("", ValueError), (None, TypeError), (tf.nn.relu, TypeError)],
)
def test_an_unknown_activation_is_refused_with_the_known_ones(activation, error):
    one_layer = [np.ones((2, 1)), np.ones(1)]
    calls = [
        lambda: network.activate([1.0], activation),
        lambda: network.neuron([1.0], [1.0], 0.0, activation=activation),
        lambda: network.dense(START, POINTS, activation=activation),
        lambda: network.dense(one_layer, POINTS, activation=activation),
    ]
    for call in calls:
        with pytest.raises(error) as caught:
            call()
        rule = "activation must be one of 'relu', 'sigmoid', 'tanh', 'linear', got "
        assert str(caught.value) == rule + repr(activation)


ONE, TWO, THREE = np.ones((2, 3)), np.ones((3, 4)), np.ones((4, 1))
B1, B2, B3 = np.ones(3), np.ones(4), np.ones(1)
GOOD = [ONE, B1, TWO, B2, THREE, B3]


@pytest.mark.parametrize(
    ("parameters", "error", "message"),
    [
        ([], ValueError, r"weights and biases in turn, \[W1, b1, \.\.\.\], got 0 arrays"),
        (GOOD[:1], ValueError, "in turn, .* got 1 arrays"),
        (GOOD[:5], ValueError, "in turn, .* got 5 arrays"),
        (np.ones((2, 2, 2)), TypeError, r"parameters must be a list \[W1, b1, W2, b2, \.\.\.\], got ndarray"),
        ({"W1": ONE, "b1": B1}, TypeError, "parameters must be a list .* got dict"),
        (iter(GOOD), TypeError, "parameters must be a list .* got list_iterator"),
        (None, TypeError, "parameters must be a list .* got NoneType"),
        ([B1, ONE], ValueError, r"weights of layer 1 must have shape \(inputs, outputs\), got \(3,\)"),
        ([np.ones((2, 0)), np.ones(0)], ValueError, r"weights of layer 1 must have shape .* got \(2, 0\)"),
        ([ONE, B1, np.ones((1, 3, 4)), B2], ValueError, r"weights of layer 2 .* got \(1, 3, 4\)"),
        ([ONE, B1, TWO.T, B1], ValueError, r"layer 2 must have 3 rows, one per output of layer 1, got shape \(4, 3\)"),
        ([*GOOD[:4], ONE, B1], ValueError, r"layer 3 must have 4 rows, one per output of layer 2, got shape \(2, 3\)"),
        ([ONE, np.ones((1, 3))], ValueError, r"biases of layer 1 must have shape \(3,\), .* got \(1, 3\): broadcast"),
        ([ONE, np.ones((3, 1))], ValueError, r"biases of layer 1 must have shape \(3,\), .* got \(3, 1\): broadcast"),
        ([ONE, 1.0], ValueError, r"biases of layer 1 must have shape \(3,\), .* got \(\): broadcast"),
        ([ONE, B3], ValueError, r"biases of layer 1 must have shape \(3,\), .* got \(1,\): broadcast"),
        ([*GOOD[:3], B1, *GOOD[4:]], ValueError, r"biases of layer 2 must have shape \(4,\), .* got \(3,\)"),
        ([ONE.astype(int), B1], TypeError, r"parameters\[0\] must have a floating dtype, got int64"),
        ([ONE, B1.astype(int)], TypeError, r"parameters\[1\] must have a floating dtype, got int64: .*tf\.cast"),
        ([ONE, B1 > 0], TypeError, r"parameters\[1\] must have a floating dtype, got bool"),
        ([ONE, "b"], TypeError, r"parameters\[1\] must have a floating dtype, got string"),
        ([ONE, None], TypeError, r"^parameters\[1\] must be a tensor or an array, got None$"),
        ([[[1.0], [1.0, 2.0]], B1], TypeError, r"^parameters\[0\] must be a tensor or an array, got \[\[1\.0\], "),
        (
            [ONE, B1.astype(np.float32)],
            TypeError,
            r"\[1\] must have the dtype of parameters\[0\], float64, got float32",
        ),
    ],
)
def test_wrong_parameters_are_refused(parameters, error, message):
    with pytest.raises(error, match=message):
        network.dense(parameters, np.ones((5, 2)))


@pytest.mark.parametrize(
    ("x", "error", "message"),
    [
        (np.ones((5, 3)), ValueError, r"x must have shape \(N, 2\), one column per input of layer 1, got \(5, 3\)"),
        (np.ones((5, 1)), ValueError, r"x must have shape \(N, 2\), .* got \(5, 1\)"),
        (np.ones(2), ValueError, r"x must have shape \(N, 2\), .* got \(2,\)"),
        (np.ones((1, 5, 2)), ValueError, r"x must have shape \(N, 2\), .* got \(1, 5, 2\)"),
        (1.0, ValueError, r"x must have shape \(N, 2\), .* got \(\)"),
        (None, TypeError, "^x must be a tensor or an array, got None$"),
        ([[1.0], [1.0, 2.0]], TypeError, "^x must be a tensor or an array, got "),
        (np.ones((5, 2), int), TypeError, "x must have a floating dtype, got int64"),
        (np.ones((5, 2), np.float32), TypeError, r"x must have the dtype of parameters\[0\], float64, got float32"),
    ],
)
def test_wrong_inputs_are_refused(x, error, message):
    with pytest.raises(error, match=message):
        network.dense(GOOD, x)


@pytest.mark.parametrize(
    ("x", "weights", "bias", "error", "message"),
    [
        (np.ones((5, 3)), np.ones(2), 0.0, ValueError, r"x must have shape \(N, 2\) or \(2,\), .* got \(5, 3\)"),
        (np.ones((2, 5)), np.ones(2), 0.0, ValueError, r"one column per weight, got \(2, 5\)"),
        (np.ones(1), np.ones(2), 0.0, ValueError, r"x must have shape \(N, 2\) or \(2,\), .* got \(1,\)"),
        (1.0, np.ones(2), 0.0, ValueError, r"x must have shape .* got \(\)"),
        (np.ones((1, 5, 2)), np.ones(2), 0.0, ValueError, r"x must have shape .* got \(1, 5, 2\)"),
        (np.ones(2), np.ones((2, 1)), 0.0, ValueError, r"weights must have shape \(n,\) and bias \(\), got \(2, 1\)"),
        (np.ones(2), np.ones(2), [0.0], ValueError, r"weights must have shape \(n,\) and bias \(\), .* and \(1,\)"),
        (np.ones(2, int), np.ones(2), 0.0, TypeError, "x must have a floating dtype, got int64"),
        (np.ones(2), np.array([True, False]), 0.0, TypeError, "weights must have a floating dtype, got bool"),
        (np.ones(2), np.ones(2, np.float32), 0.0, TypeError, "weights must have the dtype of x, float64, got float32"),
        (None, np.ones(2), 0.0, TypeError, "^x must be a tensor or an array, got None$"),
        (np.ones(2), None, 0.0, TypeError, "^weights must be a tensor or an array, got None$"),
        (np.ones(2), np.ones(2), None, TypeError, "^bias must be a tensor or an array, got None$"),
        (np.ones(2), np.ones(2), "b", TypeError, "bias must have a floating dtype, got string"),
    ],
)
def test_wrong_arguments_of_a_neuron_are_refused(x, weights, bias, error, message):
    with pytest.raises(error, match=message):
        network.neuron(x, weights, bias)


@pytest.mark.parametrize("z", [1, [1, 2], True, "1", np.ones(2, np.uint8)])
def test_activations_of_integers_truth_values_and_strings_are_refused(z):
    with pytest.raises(TypeError, match=r"z must have a floating dtype, got .*: convert it with tf\.cast"):
        network.activate(z, "linear")


@pytest.mark.parametrize(
    "z", [None, [[1.0], [1.0, 2.0]], object(), tf.keras.Input((2,))], ids=lambda z: type(z).__name__
)
def test_activations_of_what_is_no_tensor_are_refused(z):
    with pytest.raises(TypeError, match=r"^z must be a tensor or an array, got "):
        network.activate(z, "relu")
