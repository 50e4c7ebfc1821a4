"""Networks in graphs, compiled and not, of sizes that show only at run time; and in the training loop, as in Keras."""

import numpy as np
import pytest

from nnopt_course import losses, network, training
from nnopt_course._tensorflow import tf

every_activation = pytest.mark.parametrize("activation", ["relu", "sigmoid", "tanh", "linear"])

START = network.initial_parameters((2, 11, 1), seed=1, initializer="notes")
POINTS = np.random.RandomState(0).randn(8, 2)
rows = tf.TensorSpec([None, 2], tf.float64)


@pytest.mark.parametrize("jit", [False, True])
@every_activation
def test_a_graph_of_unknown_batch_size_computes_what_eager_does(activation, jit):
    graph = tf.function(
        lambda x: (
            network.dense(START, x, activation=activation),
            network.neuron(x, START[0][:, 0], 0.01, activation=activation),
        ),
        input_signature=[rows],
        jit_compile=jit,
        autograph=False,
    )
    for size in (1, 8):
        net, single = graph(POINTS[:size])
        # The same kernels give the same bits; XLA sums in another order and has its own exp.
        tolerance = 1e-13 if jit else 0
        expected = network.dense(START, POINTS[:size], activation=activation)
        np.testing.assert_allclose(net, expected, rtol=tolerance, atol=tolerance)
        expected = network.neuron(POINTS[:size], START[0][:, 0], 0.01, activation=activation)
        np.testing.assert_allclose(single, expected, rtol=tolerance, atol=tolerance)
    assert graph.experimental_get_tracing_count() == 1


SIZES = tf.TensorSpec([None, None]), tf.TensorSpec([None, None]), tf.TensorSpec([None])


@pytest.mark.parametrize("jit", [False, True])
@pytest.mark.parametrize("dtype", [tf.float32, tf.float64])  # a graph fuses product and bias in float32 only
@pytest.mark.parametrize("layers", [1, 2])
def test_sizes_that_turn_out_not_to_fit_raise(layers, dtype, jit):
    def net(x, w, b):
        parameters = [w, b] if layers == 1 else [w, b, tf.ones((3, 2), dtype), tf.zeros(2, dtype)]
        return network.dense(parameters, x)

    specs = [tf.TensorSpec(spec.shape, dtype) for spec in SIZES]
    graph = tf.function(net, input_signature=specs, jit_compile=jit, autograph=False)

    def call(*shapes):
        return graph(*[tf.ones(shape, dtype) for shape in shapes])

    for inputs in (1, 2):
        assert call((5, inputs), (inputs, 3), (3,)).shape == (5, 3 if layers == 1 else 2)
    for shapes in [
        ((5, 2), (3, 3), (3,)),
        ((5, 3), (2, 3), (3,)),
        ((5, 2), (2, 3), (1,)),  # + would share this bias, and the fused kernel does
        ((5, 2), (2, 1), (3,)),  # the fused kernel would cut this one off
    ]:
        with pytest.raises(tf.errors.InvalidArgumentError):
            call(*shapes)


@pytest.mark.parametrize("jit", [False, True])
def test_biases_that_turn_out_not_to_fit_known_weights_raise(jit):
    graph = tf.function(
        lambda x, b: network.dense([tf.ones((2, 3)), b], x), input_signature=[SIZES[0], SIZES[2]], jit_compile=jit
    )
    assert graph(tf.ones((5, 2)), tf.ones(3)).numpy().tolist() == [[3.0] * 3] * 5
    for size in (1, 4):
        with pytest.raises(tf.errors.InvalidArgumentError):
            graph(tf.ones((5, 2)), tf.ones(size))


@pytest.mark.parametrize("jit", [False, True])
def test_a_neuron_refuses_sizes_that_turn_out_not_to_fit(jit):
    graph = tf.function(
        lambda x, w: network.neuron(x, w, 0.5), input_signature=[SIZES[0], SIZES[2]], jit_compile=jit, autograph=False
    )
    assert graph(tf.ones((5, 2)), tf.ones(2)).numpy().tolist() == [2.5] * 5
    for x, w in [((5, 2), 1), ((5, 1), 2), ((5, 3), 2)]:
        with pytest.raises(tf.errors.InvalidArgumentError):
            graph(tf.ones(x), tf.ones(w))


def test_an_unknown_number_of_axes_is_refused_while_tracing():
    graph = tf.function(lambda x: network.dense(START, x), input_signature=[tf.TensorSpec(None, tf.float64)])
    with pytest.raises(ValueError, match=r"x must have shape \(N, 2\), .*got of unknown rank"):
        graph(POINTS)


def test_biases_of_an_unknown_number_of_axes_are_refused_while_tracing():
    biases = tf.TensorSpec(None, tf.float64)
    graph = tf.function(lambda b: network.dense([START[0], b], POINTS), input_signature=[biases])
    with pytest.raises(ValueError, match=r"biases of layer 1 must have shape \(11,\), .*got of unknown rank"):
        graph(START[1])


def mse_of_net(parameters, x, y):
    return losses.mean_squared_error(y, network.dense(parameters, x))


def test_train_moves_a_network_as_keras_does():
    y = (POINTS**2).sum(axis=1, keepdims=True)
    layers = [tf.keras.layers.Dense(11, "relu", dtype="float64"), tf.keras.layers.Dense(1, dtype="float64")]
    net = tf.keras.Sequential([tf.keras.Input((2,), dtype="float64"), *layers])
    net.set_weights(START)
    optimizer = tf.keras.optimizers.SGD(learning_rate=2**-7)
    for step in range(20):
        batch = slice(4 * (step % 2), 4 * (step % 2) + 4)
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((net(POINTS[batch]) - y[batch]) ** 2)
        optimizer.apply(tape.gradient(loss, net.trainable_variables), net.trainable_variables)
    run = training.train(mse_of_net, START, (POINTS, y), steps=20, batch_size=4, learning_rate=2**-7)
    assert run.loss[-1] < run.loss[0]
    for ours, theirs in zip(run.final, net.get_weights(), strict=True):
        # 20 steps, each of some 100 roundings of numbers near 1.
        np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=1e-12)
