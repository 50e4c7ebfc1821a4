"""Dense networks against Keras, mpmath, exact integers and the listing's own NumPy lines."""

import inspect
import math
from itertools import pairwise

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from nnopt_course import network
from nnopt_course._tensorflow import tf

EPS = np.finfo(np.float64).eps
ACTIVATIONS = ["relu", "sigmoid", "tanh", "linear"]
every_activation = pytest.mark.parametrize("activation", ACTIVATIONS)

sizes = st.lists(st.integers(1, 4), min_size=2, max_size=5)
digits = st.integers(-8, 8)


def filled(draw, layer_sizes, bias=digits):
    """Draw parameters of small integers: with them, no sum or product of a network of four layers rounds."""
    shapes = [((m, n), (n,)) for m, n in pairwise(layer_sizes)]
    return [
        draw(arrays(np.float64, s, elements=e)) for pair in shapes for s, e in zip(pair, (digits, bias), strict=True)
    ]


def inputs_of(draw, layer_sizes, rows=3):
    return draw(arrays(np.float64, (rows, layer_sizes[0]), elements=digits))


def keras_net(parameters, activation):
    """Return Keras's network with these parameters, in double precision throughout."""
    layers = [tf.keras.layers.Dense(b.size, activation=activation, dtype="float64") for b in parameters[1:-2:2]]
    layers.append(tf.keras.layers.Dense(parameters[-1].size, dtype="float64"))
    net = tf.keras.Sequential([tf.keras.Input((len(parameters[0]),), dtype="float64"), *layers])
    net.set_weights(parameters)
    return net


# Activations and the neuron -----------------------------------------------------------------------------------------

EXACT = {
    "relu": (lambda z: max(z, 0), lambda z: int(z > 0)),
    "sigmoid": (lambda z: 1 / (1 + mpmath.exp(-z)), lambda z: mpmath.exp(-z) / (1 + mpmath.exp(-z)) ** 2),
    "tanh": (mpmath.tanh, lambda z: mpmath.sech(z) ** 2),
    "linear": (lambda z: z, lambda z: 1),
}


@every_activation
@given(z=st.floats(-30, 30, allow_subnormal=False))
def test_an_activation_and_its_derivative_equal_mpmath(activation, z):
    with mpmath.workdps(60):
        value, slope = (float(f(mpmath.mpf(z))) for f in EXACT[activation])
    point = tf.constant(z, tf.float64)
    with tf.GradientTape() as tape:
        tape.watch(point)
        ours = network.activate(point, activation)
    # exp, a sum and a quotient round by a few ulp; TensorFlow's tanh is a rational function, good to some ulp.
    assert float(ours) == pytest.approx(value, rel=8 * EPS, abs=0)
    # The derivatives 1 - f^2 and f (1 - f) cancel where f is near 1: an ulp of 1 is what is left of them.
    assert float(tape.gradient(ours, point)) == pytest.approx(slope, rel=8 * EPS, abs=8 * EPS)


@every_activation
@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_an_activation_is_what_keras_means_by_its_name(activation, dtype):
    z = tf.reshape(tf.linspace(tf.constant(-5, dtype), 5, 24), (2, 3, 4))
    ours, theirs = network.activate(z, activation), tf.keras.activations.get(activation)(z)
    assert ours.dtype == dtype
    assert ours.shape == z.shape
    np.testing.assert_array_equal(ours, theirs)


def test_the_table_of_activations_in_the_docstring_is_complete():
    text = inspect.getdoc(network.activate)
    assert [line.split("`")[2] for line in text.splitlines() if line.startswith("``")] == ACTIVATIONS


def test_the_slope_of_relu_at_zero_is_zero():
    z = tf.constant([0.0, -0.0])
    with tf.GradientTape() as tape:
        tape.watch(z)
        value = network.activate(z, "relu")
    assert tape.gradient(value, z).numpy().tolist() == [0, 0]


@every_activation
@given(data=st.data(), n=st.integers(1, 6))
def test_a_neuron_activates_an_exact_sum(activation, data, n):
    x, w = data.draw(arrays(np.float64, (3, n), elements=digits)), data.draw(arrays(np.float64, n, elements=digits))
    b = data.draw(digits)
    for row, output in zip(x, network.neuron(x, w, b, activation=activation).numpy(), strict=True):
        z = sum(int(a) * int(c) for a, c in zip(row, w, strict=True)) + b
        assert output == pytest.approx(float(EXACT[activation][0](mpmath.mpf(z))), rel=8 * EPS, abs=0)
        assert float(network.neuron(row, w, b, activation=activation)) == output


def test_a_neuron_keeps_the_dtype_of_arrays_and_gives_it_to_numbers():
    for dtype in (np.float16, np.float32, np.float64):
        output = network.neuron(np.ones((5, 2), dtype), [0.5, 0.25], 1.0)
        assert (output.dtype, output.shape) == (dtype, (5,))
        assert network.neuron([1.0, 1.0], np.ones(2, dtype), 1).dtype == dtype


# The forward pass ---------------------------------------------------------------------------------------------------


@every_activation
@pytest.mark.parametrize("layer_sizes", [(3, 2), (2, 11, 1), (5, 7, 6, 4)])
def test_outputs_and_gradients_equal_those_of_keras(layer_sizes, activation):
    random = np.random.RandomState(0)
    parameters = [random.randn(*values.shape) for values in network.initial_parameters(layer_sizes, seed=0)]
    x, y = random.randn(9, layer_sizes[0]), random.randn(9, layer_sizes[-1])
    net, variables = keras_net(parameters, activation), [tf.Variable(values) for values in parameters]
    with tf.GradientTape(persistent=True) as tape:
        ours, theirs = network.dense(variables, x, activation=activation), net(x)
        loss_of_ours, loss_of_theirs = (tf.reduce_sum((output - y) ** 2) for output in (ours, theirs))
    assert ours.dtype == theirs.dtype == "float64"
    # Sums of at most 11 terms per layer and 9 rows, in whatever order: numbers up to 1000 and some 100 roundings.
    np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=1e-12)
    gradients = tape.gradient(loss_of_theirs, net.trainable_variables)
    for gradient, expected in zip(tape.gradient(loss_of_ours, variables), gradients, strict=True):
        np.testing.assert_allclose(gradient, expected, rtol=1e-11, atol=1e-11)


def test_the_weights_of_a_keras_model_go_in_as_they_are():
    net = tf.keras.Sequential([tf.keras.Input((3,)), tf.keras.layers.Dense(4, "relu"), tf.keras.layers.Dense(2)])
    x = np.random.RandomState(0).randn(5, 3).astype(np.float32)
    for parameters in (net.get_weights(), net.weights, tuple(net.weights)):
        np.testing.assert_allclose(network.dense(parameters, x), net(x), rtol=1e-6, atol=1e-6)  # float32, 12 roundings


def test_relu_is_the_default_and_the_output_is_linear():
    negative = [np.array([[-1.0]]), np.array([0.0]), np.array([[-1.0]]), np.array([-2.0])]
    assert network.dense(negative, [[3.0], [-3.0]])[:, 0].numpy().tolist() == [-2, -5]
    assert network.neuron([1.0], [-1.0], 0.0) == 0


@given(st.data(), sizes)
def test_layers_without_activation_collapse_into_one(data, layer_sizes):
    parameters, x = filled(data.draw, layer_sizes), inputs_of(data.draw, layer_sizes)
    weights, bias = np.eye(layer_sizes[0]), np.zeros(layer_sizes[0])
    for w, b in zip(parameters[::2], parameters[1::2], strict=True):
        weights, bias = weights @ w, bias @ w + b
    np.testing.assert_array_equal(network.dense(parameters, x, activation="linear"), x @ weights + bias)


@given(st.data(), sizes, st.integers(0, 64))
def test_a_relu_net_without_biases_is_positively_homogeneous(data, layer_sizes, factor):
    parameters = filled(data.draw, layer_sizes, bias=st.just(0))
    x = inputs_of(data.draw, layer_sizes)
    once = network.dense(parameters, x).numpy()
    np.testing.assert_array_equal(network.dense(parameters, factor * x), factor * once)


@given(st.data(), sizes, st.sampled_from(["relu", "linear"]))
def test_every_row_is_computed_for_itself(data, layer_sizes, activation):
    parameters, x = filled(data.draw, layer_sizes), inputs_of(data.draw, layer_sizes)
    together = network.dense(parameters, x, activation=activation)
    apart = [network.dense(parameters, row[np.newaxis], activation=activation)[0] for row in x]
    assert together.shape == (len(x), layer_sizes[-1])
    np.testing.assert_array_equal(together, apart)


@given(st.data(), st.lists(st.integers(1, 4), min_size=3, max_size=3))
def test_the_order_of_hidden_neurons_does_not_matter(data, layer_sizes):
    w1, b1, w2, b2 = filled(data.draw, layer_sizes)
    x, order = inputs_of(data.draw, layer_sizes), data.draw(st.permutations(range(layer_sizes[1])))
    shuffled = [w1[:, order], b1[order], w2[order], b2]
    np.testing.assert_array_equal(network.dense(shuffled, x), network.dense([w1, b1, w2, b2], x))


@given(st.data(), st.integers(1, 4), st.integers(1, 4))
def test_a_column_of_the_output_layer_is_a_linear_neuron(data, n, outputs):
    w, b = filled(data.draw, (n, outputs))
    x = inputs_of(data.draw, (n,))
    for k in range(outputs):
        column = network.neuron(x, w[:, k], b[k], activation="linear")
        np.testing.assert_array_equal(network.dense([w, b], x)[:, k], column)


def test_nothing_that_is_passed_in_changes_and_twice_gives_the_same():
    parameters, x = network.initial_parameters((2, 3, 1), seed=0), np.ones((4, 2))
    before = [values.copy() for values in (*parameters, x)]
    np.testing.assert_array_equal(network.dense(parameters, x), network.dense(parameters, x))
    for now, then in zip((*parameters, x), before, strict=True):
        np.testing.assert_array_equal(now, then)


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float32", "float64"])
def test_the_output_has_the_dtype_of_the_parameters_and_lists_take_it(dtype):
    parameters = [tf.cast(values, dtype) for values in network.initial_parameters((2, 3, 1), seed=0)]
    for x in ([[1.0, 2.0]], tf.ones((1, 2), dtype)):
        assert network.dense(parameters, x).dtype == dtype


@pytest.mark.parametrize("bad", [math.nan, math.inf])
@every_activation
def test_nan_and_infinity_go_on(bad, activation):
    parameters = network.initial_parameters((2, 3, 1), seed=0)
    expected = network.dense(parameters, [[1e300, 1.0]], activation=activation).numpy()
    output = network.dense(parameters, [[bad, 1.0]], activation=activation).numpy()
    if math.isnan(bad) or activation in ("relu", "linear"):
        assert not np.isfinite(output).any()
    else:
        np.testing.assert_array_equal(output, expected)  # a saturated neuron does not see how far away it is


def test_an_empty_batch_gives_no_rows():
    assert network.dense(network.initial_parameters((2, 3, 1), seed=0), np.zeros((0, 2))).shape == (0, 1)
