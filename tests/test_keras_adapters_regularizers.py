"""Penalties as regularizers of Keras's layers, against NumPy, Keras's own and TF1's form."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from nnopt_course import keras_adapters
from nnopt_course._tensorflow import tf
from nnopt_course.regularizers import L1, L1L2, L2, HalfL2

RANDOM = np.random.RandomState(4)
X, Y, WEIGHTS = RANDOM.randn(10, 2), RANDOM.randn(10, 3), np.array([1, 0, 2, 0.25, 1, 0, 0, 3, 0, 1.5])
KERNEL = RANDOM.randn(2, 3)
RATE = 2.0**-4  # exact in float32, where Keras keeps it
on_a_grid = st.integers(-(2**12), 2**12).map(lambda k: k / 64)  # neither squares nor slopes round

# name -> the penalty, its value and its slope in NumPy
CASES = {
    "L1": (L1(0.25), lambda w: 0.25 * np.abs(w).sum(), lambda w: 0.25 * np.sign(w)),
    "L2": (L2(0.25), lambda w: 0.25 * (w**2).sum(), lambda w: 0.5 * w),
    "HalfL2": (HalfL2(0.25), lambda w: 0.125 * (w**2).sum(), lambda w: 0.25 * w),
    "L1L2": (
        L1L2(l1=0.25, l2=0.125),
        lambda w: 0.25 * np.abs(w).sum() + 0.125 * (w**2).sum(),
        lambda w: 0.25 * np.sign(w) + 0.25 * w,
    ),
}
every_penalty = pytest.mark.parametrize("name", CASES)


def model_with(regularizer, dtype="float64"):
    dense = tf.keras.layers.Dense(3, dtype=dtype, kernel_regularizer=regularizer)
    model = tf.keras.Sequential([tf.keras.Input((2,), dtype=dtype), dense])
    model.compile(tf.keras.optimizers.SGD(RATE), keras_adapters.MeanSquaredError(dtype="float64"))
    model.set_weights([KERNEL, np.ones(3)])
    return model


def dataset():
    return tf.data.Dataset.from_tensor_slices((X, Y, WEIGHTS)).batch(4)


@every_penalty
def test_fit_adds_the_slope_of_the_penalty_to_every_batch_whatever_its_size_and_weights(name):
    penalty, value, slope = CASES[name]
    model = model_with(keras_adapters.Penalty(penalty))
    history = model.fit(dataset(), epochs=2, shuffle=False, verbose=0).history["loss"]
    kernel, bias, reported = KERNEL.copy(), np.ones(3), []
    for _ in range(2):
        total = 0
        for batch in (slice(0, 4), slice(4, 8), slice(8, 10)):
            x, w = X[batch], WEIGHTS[batch, None]
            error = x @ kernel + bias - Y[batch]
            gradient = 2 * w * error / error.size
            total += len(x) * ((w * error**2).sum() / error.size + value(kernel))
            kernel, bias = kernel - RATE * (x.T @ gradient + slope(kernel)), bias - RATE * gradient.sum(axis=0)
        reported.append(total / 10)
    # Six updates of numbers near 1, each a few roundings of at most 12 terms.
    np.testing.assert_allclose(model.get_weights()[0], kernel, rtol=1e-13, atol=1e-14)
    np.testing.assert_allclose(model.get_weights()[1], bias, rtol=1e-13, atol=1e-14)  # the bias is not penalized
    np.testing.assert_allclose(history, reported, rtol=1e-6)  # Keras adds reported losses in float32


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (L1(0.01), tf.keras.regularizers.L1(0.01)),
        (L2(0.01), tf.keras.regularizers.L2(0.01)),
        (HalfL2(0.01), tf.keras.regularizers.L2(0.005)),  # TF1's l2_regularizer(0.01)
        (L1L2(0.01, 0.02), tf.keras.regularizers.L1L2(0.01, 0.02)),
    ],
)
def test_training_is_that_of_the_same_penalty_elsewhere(ours, theirs):
    weights = []
    for regularizer in (keras_adapters.Penalty(ours), theirs):
        model = model_with(regularizer, "float32")  # Keras's own raise TypeError in a float64 model
        model.fit(X, Y, sample_weight=WEIGHTS, batch_size=4, epochs=2, shuffle=False, verbose=0)
        weights.append(model.get_weights()[0])
    np.testing.assert_allclose(*weights, rtol=0, atol=1e-6)  # six updates of numbers near 1 in float32


@every_penalty
@given(arrays(np.float64, array_shapes(max_dims=4, max_side=5), elements=on_a_grid))
def test_the_penalty_is_that_of_numpy_and_has_its_slope(name, weight):
    penalty, value, slope = CASES[name]
    variable = tf.Variable(weight)
    with tf.GradientTape() as tape:
        result = keras_adapters.Penalty(penalty)(variable)
    assert result.shape == ()
    assert result.dtype == tf.float32
    assert float(result) == np.float32(value(weight))
    np.testing.assert_array_equal(tape.gradient(result, variable), slope(weight), strict=True)


@every_penalty
def test_a_layer_reports_the_penalty_of_its_kernel_in_float32_too(name):
    penalty, value, _ = CASES[name]
    model = model_with(keras_adapters.Penalty(penalty), "float32")
    assert model.losses[0].dtype == tf.float32
    assert float(model.losses[0]) == pytest.approx(value(KERNEL), rel=1e-6)  # six terms
    assert len(model.losses) == 1


def test_half_precision_layers_are_penalized_in_the_dtype_of_their_variables():
    dense = tf.keras.layers.Dense(3, dtype="mixed_float16", kernel_regularizer=keras_adapters.Penalty(L2(1e-4)))
    dense.build((None, 2))
    dense.kernel.assign(np.full((2, 3), 300.0))  # its square is beyond float16
    assert float(dense.losses[0]) == pytest.approx(54.0, rel=1e-6)
