"""Which parameters of a list or a model are penalized."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from nnopt_course._tensorflow import tf
from nnopt_course.regularizers import L1, L1L2, L2, HalfL2, kernel_penalty, model_penalty

layers = tf.keras.layers
W = np.array([[3.0, -4.0]])
B = np.array([7.0, 7.0])


@pytest.mark.parametrize("penalty", [L1(0.25), L2(0.25), HalfL2(0.25), L1L2(0.25, 0.5), lambda w: tf.reduce_max(w)])
def test_kernels_are_penalized_and_biases_and_scalars_are_not(penalty):
    expected = float(penalty(W)) + float(penalty(W[:, :, None]))
    assert float(kernel_penalty(penalty, [W, B, W[:, :, None], np.array(5.0)])) == expected
    assert float(kernel_penalty(penalty, (W for _ in range(3)))) == 3 * float(penalty(W))


weights = array_shapes(min_dims=1, max_dims=3, max_side=3).flatmap(
    lambda shape: arrays(np.float64, shape, elements=st.integers(-1000, 1000).map(float))
)


@given(st.lists(weights, max_size=4), st.randoms())
def test_a_kernel_penalty_is_the_penalty_of_all_kernels_in_one_row(parameters, random):
    parameters = [W, *parameters]
    row = np.concatenate([np.ravel(w) for w in parameters if w.ndim >= 2])
    shuffled = random.sample(parameters, len(parameters))
    for penalty in (L1(0.25), L2(0.25), HalfL2(0.25), L1L2(0.25, 0.5)):  # exact: integers and powers of two
        assert float(kernel_penalty(penalty, parameters)) == float(penalty(row))
        assert float(kernel_penalty(penalty, shuffled)) == float(penalty(row))


def test_a_penalty_of_your_own_may_return_a_python_number():
    value = kernel_penalty(lambda weight: 1, [W, B, W])
    assert (float(value), value.dtype) == (2, np.float64)


def test_kernel_penalty_takes_a_regularizer_of_keras():
    ours, theirs = (kernel_penalty(kind(0.25), [W, B]) for kind in (L2, tf.keras.regularizers.L2))
    assert float(ours) == float(theirs) == 6.25


def test_the_gradient_reaches_kernels_only():
    parameters = [tf.constant(W), tf.constant(B)]

    @tf.function(jit_compile=True)
    def gradients(parameters):
        with tf.GradientTape() as tape:
            tape.watch(parameters)
            value = kernel_penalty(L2(0.5), parameters)
        return tape.gradient(value, parameters, unconnected_gradients="zero")

    kernel, bias = gradients(parameters)
    np.testing.assert_array_equal(kernel, W)  # 2 * 0.5 * w
    np.testing.assert_array_equal(bias, [0, 0])


def built(layer, *shape):
    """Build a layer and fill every variable with ones, so that a penalty counts elements."""
    layer.build((None, *shape))
    for variable in layer.variables:
        if variable.dtype.startswith("float"):
            variable.assign(tf.ones_like(variable))
    return layer


@pytest.mark.parametrize(
    ("layer", "shape", "count"),
    [
        (layers.Dense(3), (2,), 2 * 3),
        (layers.Conv2D(4, 3), (8, 8, 2), 3 * 3 * 2 * 4),
        (layers.Conv1D(4, 3), (8, 2), 3 * 2 * 4),
        (layers.SeparableConv2D(4, 3), (8, 8, 2), 3 * 3 * 2 + 2 * 4),
        (layers.GRU(5), (4, 2), 2 * 15 + 5 * 15),  # its bias has two axes, (2, 15)
        (layers.LSTM(5), (4, 2), 2 * 20 + 5 * 20),
    ],
    ids=lambda value: type(value).__name__,
)
def test_the_kernels_of_a_layer_are_counted(layer, shape, count):
    assert float(model_penalty(L1(1.0), built(layer, *shape))) == count
    assert float(model_penalty(L2(2.0), layer)) == 2 * count


def model_with_norm():
    return tf.keras.Sequential(
        [
            layers.Conv2D(4, 3),
            layers.BatchNormalization(),
            layers.Flatten(),
            layers.Dense(3),
            layers.LayerNormalization(),
        ]
    )


@settings(max_examples=10)
@given(st.lists(st.integers(1, 4), min_size=2, max_size=4), st.integers(0, 100))
def test_the_penalty_of_a_dense_model_is_that_of_its_matrices(sizes, seed):
    model = tf.keras.Sequential([layers.Dense(n) for n in sizes[1:]])
    model.build((None, sizes[0]))
    random = np.random.RandomState(seed)
    model.set_weights([random.randint(-9, 10, v.shape).astype(np.float32) for v in model.weights])
    squares = sum(int((w**2).sum()) for w in model.get_weights() if w.ndim == 2)
    assert float(model_penalty(L2(0.5), model)) == squares / 2  # exact in float32


def test_normalization_in_a_model_is_left_alone():
    model = built(model_with_norm(), 4, 4, 2)
    assert float(model_penalty(L1(1.0), model)) == 3 * 3 * 2 * 4 + 16 * 3


def test_model_penalty_equals_the_losses_of_kernel_regularizers_in_keras():
    model, keras = (
        tf.keras.Sequential(
            [layers.Conv2D(4, 3, **options), layers.BatchNormalization(), layers.Flatten(), layers.Dense(3, **options)]
        )
        for options in ({}, {"kernel_regularizer": tf.keras.regularizers.L2(0.01)})
    )
    random = np.random.RandomState(0)
    for one in (model, keras):
        one.build((None, 4, 4, 2))
    values = [random.randn(*variable.shape) for variable in model.weights]
    model.set_weights(values)
    keras.set_weights(values)
    assert len(keras.losses) == 2
    assert float(model_penalty(L2(0.01), model)) == pytest.approx(float(sum(keras.losses)), rel=1e-6)  # float32


def test_a_kernel_is_known_by_its_whole_word():
    class Layer(layers.Layer):
        def build(self, shape):
            for name in ("kernel", "value_kernel", "colonel", "subkernel", "kernel_scale"):
                self.add_weight(shape=(2, 2), initializer="ones", name=name)

    assert float(model_penalty(L1(1.0), built(Layer(), 2))) == 4 + 4


def test_a_shared_layer_counts_once_and_a_frozen_one_not_at_all():
    shared, frozen = layers.Dense(2), layers.Dense(2)
    x = tf.keras.Input((2,))
    model = tf.keras.Model(x, frozen(shared(shared(x))))
    frozen.trainable = False
    for variable in model.variables:
        variable.assign(tf.ones_like(variable))
    assert float(model_penalty(L1(1.0), model)) == 4


def test_the_gradient_reaches_a_model_s_variables():
    dense = built(layers.Dense(2), 3)
    with tf.GradientTape() as tape:
        value = model_penalty(HalfL2(0.25), dense)
    kernel, bias = tape.gradient(value, dense.trainable_variables)
    np.testing.assert_array_equal(kernel, np.full((3, 2), 0.25))
    assert bias is None
