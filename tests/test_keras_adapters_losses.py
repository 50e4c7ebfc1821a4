"""The losses in ``model.fit``, against the same training written in NumPy and against Keras's own losses.

The model is linear, float64, and gets float64 data from a ``tf.data.Dataset``, because ``fit`` casts float64 arrays to
float32. The learning rate is a power of two: Keras keeps a constant rate in float32.
"""

from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from nnopt_course import keras_adapters
from nnopt_course._tensorflow import tf

RANDOM = np.random.RandomState(11)
X = 0.5 + RANDOM.rand(10, 2)  # with the positive weights below, outputs are positive: cross-entropy takes a logarithm
KERNEL = 0.5 + RANDOM.rand(2, 3)
ANSWERS, P, IDS = 2 * RANDOM.rand(10, 3), RANDOM.dirichlet(np.ones(3), 10), RANDOM.randint(0, 3, 10)
WEIGHTS = np.array([1, 0, 2, 0.25, 1, 0, 0, 3, 0, 1.5])
BATCHES = [slice(0, 4), slice(4, 8), slice(8, 10)]
RATE = 2.0**-6


def softmax(z):
    e = np.exp(z)
    return e / e.sum(axis=1, keepdims=True)


# name -> the adapter, answers, and in NumPy the value of each example and its slope
CASES = {
    "mse": (
        keras_adapters.MeanSquaredError,
        ANSWERS,
        lambda y, z: ((z - y) ** 2).mean(axis=1),
        lambda y, z: 2 * (z - y) / 3,
    ),
    "cross_entropy": (
        keras_adapters.CrossEntropy,
        P,
        lambda p, q: -(p * np.log(q)).sum(axis=1),
        lambda p, q: -p / q,
    ),
    "softmax": (
        keras_adapters.SoftmaxCrossEntropy,
        IDS,
        lambda y, z: -np.log(softmax(z)[np.arange(len(y)), y]),
        lambda y, z: softmax(z) - np.eye(3)[y],
    ),
    "asymmetric": (
        partial(keras_adapters.AsymmetricLoss, cost=1, profit=9),
        ANSWERS,
        lambda y, z: (np.maximum(z - y, 0) + 9 * np.maximum(y - z, 0)).sum(axis=1),
        lambda y, z: np.where(z > y, 1.0, -9.0),
    ),
}
every_loss = pytest.mark.parametrize("name", CASES)


def linear_model(loss, dtype="float64", **options):
    model = tf.keras.Sequential([tf.keras.Input((2,), dtype=dtype), tf.keras.layers.Dense(3, dtype=dtype)])
    model.compile(tf.keras.optimizers.SGD(RATE), loss, **options)
    model.set_weights([KERNEL, np.zeros(3)])
    return model


def trained_by_hand(name, reduction="sum_over_batch_size", epochs=2, x=X, weights=WEIGHTS):
    """Return kernel, bias, and the losses that ``fit`` reports: means over batches, weighted by their sizes."""
    _, y_true, value, slope = CASES[name]
    kernel, bias, history = KERNEL.copy(), np.zeros(3), []
    for _ in range(epochs):
        reported = 0
        for batch in BATCHES:
            x, y, w = X[batch], y_true[batch], weights[batch]
            z, size = x @ kernel + bias, len(x)
            divisor = 1 if reduction == "sum" else size
            reported += size * (w @ value(y, z)) / divisor
            gradient = w[:, None] * slope(y, z) / divisor
            kernel, bias = kernel - RATE * x.T @ gradient, bias - RATE * gradient.sum(axis=0)
        history.append(reported / len(X))
    return kernel, bias, history


@pytest.mark.parametrize(
    ("reduction", "jit"), [("sum_over_batch_size", False), ("sum_over_batch_size", True), ("sum", False)]
)
@every_loss
def test_fit_with_weights_and_a_partial_batch_is_the_training_that_numpy_does(name, reduction, jit):
    make, y_true, *_ = CASES[name]
    data = tf.data.Dataset.from_tensor_slices((X, y_true, WEIGHTS)).batch(4)
    model = linear_model(make(reduction=reduction, dtype="float64"), jit_compile=jit)
    history = model.fit(data, epochs=2, shuffle=False, verbose=0).history["loss"]
    kernel, bias, losses = trained_by_hand(name, reduction)
    # Six updates of numbers near 1, each a few roundings of at most 20 terms.
    np.testing.assert_allclose(model.get_weights()[0], kernel, rtol=1e-13, atol=1e-13)
    np.testing.assert_allclose(model.get_weights()[1], bias, rtol=1e-13, atol=1e-13)
    np.testing.assert_allclose(history, losses, rtol=1e-6)  # Keras adds reported losses in float32


@every_loss
def test_plain_arrays_in_float32_train_the_same_way(name):
    make, y_true, *_ = CASES[name]
    model = linear_model(make(), "float32")
    model.fit(X, y_true, sample_weight=WEIGHTS, batch_size=4, epochs=2, shuffle=False, verbose=0)
    kernel, bias, _ = trained_by_hand(name)
    # Six updates of numbers near 1 in float32.
    np.testing.assert_allclose(model.get_weights()[0], kernel, rtol=0, atol=5e-6)
    np.testing.assert_allclose(model.get_weights()[1], bias, rtol=0, atol=5e-6)


@pytest.mark.parametrize("shape", [(10,), (10, 1)])
@pytest.mark.parametrize("dtype", [np.int32, np.int64, np.uint8, np.float64])
def test_class_ids_of_every_dtype_and_both_shapes_train_alike(dtype, shape):
    model = linear_model(keras_adapters.SoftmaxCrossEntropy(), "float32")
    ids = IDS.astype(dtype).reshape(shape)
    model.fit(X, ids, sample_weight=WEIGHTS.reshape(shape), batch_size=4, epochs=2, shuffle=False, verbose=0)
    np.testing.assert_allclose(model.get_weights()[0], trained_by_hand("softmax")[0], rtol=0, atol=5e-6)


def test_class_weights_are_sample_weights():
    model = linear_model(keras_adapters.SoftmaxCrossEntropy(), "float32")
    model.fit(X, IDS, class_weight={0: 1.0, 1: 0.0, 2: 3.0}, batch_size=4, epochs=2, shuffle=False, verbose=0)
    kernel, *_ = trained_by_hand("softmax", weights=np.array([1.0, 0.0, 3.0])[IDS])
    np.testing.assert_allclose(model.get_weights()[0], kernel, rtol=0, atol=5e-6)


@every_loss
def test_lists_give_what_arrays_give(name):
    make, y_true, value, _ = CASES[name]
    outputs, loss = X @ KERNEL, make(dtype="float64")
    expected = WEIGHTS @ value(y_true, outputs) / 10
    for arguments in [(y_true, outputs, WEIGHTS), (y_true.tolist(), outputs.tolist(), WEIGHTS.tolist())]:
        assert float(loss(*arguments)) == pytest.approx(expected, rel=1e-14)  # thirty terms


@pytest.mark.parametrize(
    ("ours", "theirs", "y_true", "y_pred"),
    [
        (keras_adapters.MeanSquaredError, tf.keras.losses.MeanSquaredError, ANSWERS, X @ KERNEL),
        (keras_adapters.CrossEntropy, tf.keras.losses.CategoricalCrossentropy, P, softmax(X @ KERNEL)),
        (
            keras_adapters.SoftmaxCrossEntropy,
            partial(tf.keras.losses.SparseCategoricalCrossentropy, from_logits=True),
            IDS,
            X @ KERNEL,
        ),
    ],
)
@pytest.mark.parametrize("reduction", ["sum_over_batch_size", "mean", "mean_with_sample_weight", "sum", "none", None])
def test_reductions_are_those_of_keras(ours, theirs, y_true, y_pred, reduction):
    ours, theirs = (make(reduction=reduction, dtype="float64") for make in (ours, theirs))
    for weights in (None, WEIGHTS, WEIGHTS[:, None]):
        expected = np.asarray(theirs(y_true, y_pred, weights))
        if expected.ndim:  # unreduced: a column of weights makes Keras return a column
            expected = expected.ravel()
        # Keras divides probabilities by their sum and clips them, each an ulp; ten terms are added.
        np.testing.assert_allclose(ours(y_true, y_pred, weights), expected, rtol=1e-14, strict=True)


@every_loss
@given(st.data())
def test_batches_of_any_size_and_weights_add_up_to_the_whole(name, data):
    make, y_true, value, _ = CASES[name]
    weights = data.draw(arrays(np.float64, 10, elements=st.just(0.0) | st.floats(0, 4)))
    outputs = data.draw(arrays(np.float64, (10, 3), elements=st.floats(0.125, 4)))
    cut = data.draw(st.integers(1, 9))
    loss, total = make(dtype="float64"), weights @ value(y_true, outputs)
    parts = [
        len(outputs[part]) * float(loss(y_true[part], outputs[part], weights[part]))
        for part in (slice(None, cut), slice(cut, None))
    ]
    # Thirty terms of size 40 and less.
    assert sum(parts) == pytest.approx(total, rel=1e-13, abs=1e-13)
    assert 10 * float(loss(y_true, outputs, weights)) == pytest.approx(total, rel=1e-13, abs=1e-13)


@pytest.mark.parametrize("jit", [False, True])
@every_loss
def test_a_graph_of_unknown_batch_size_gives_the_eager_value(name, jit):
    make, y_true, *_ = CASES[name]
    loss, arguments = make(dtype="float64"), (y_true, X @ KERNEL, WEIGHTS)
    specs = [tf.TensorSpec([None, *a.shape[1:]], a.dtype) for a in arguments]
    graph = tf.function(loss, input_signature=specs, jit_compile=jit)
    for size in (1, 7):
        part = [a[:size] for a in arguments]
        assert float(graph(*part)) == pytest.approx(float(loss(*part)), rel=1e-13)  # XLA has its own exp and log
    for sizes in [(4, 4, 1), (4, 4, 3), (1, 4, 4), (4, 1, 4)]:  # of weights, answers, outputs that broadcast
        with pytest.raises(tf.errors.InvalidArgumentError):
            graph(*[a[:size] for a, size in zip(arguments, sizes, strict=True)])
