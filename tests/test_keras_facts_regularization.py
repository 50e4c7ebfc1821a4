"""What chapter 4.4 on regularization says about Keras and TensorFlow is true."""

import functools
import subprocess
import sys

import keras
import numpy as np
import pytest

from nnopt_course import keras_adapters, regularizers
from nnopt_course._tensorflow import tf


def after_twenty_steps(optimizer, regularizer=None):
    """Train the weight (2, 1) and the bias of a layer by a tape; the bias is not regularized."""
    random = np.random.RandomState(0)
    x, y = random.randn(8, 2).astype("f"), random.randn(8, 1).astype("f")
    layer = keras.layers.Dense(1, kernel_initializer="ones", kernel_regularizer=regularizer)
    for _ in range(20):
        with tf.GradientTape() as tape:
            loss = tf.add_n([tf.reduce_mean(tf.square(layer(x) - y)), *layer.losses])
        if not optimizer.built:
            optimizer.exclude_from_weight_decay(var_names=["bias"])
        optimizer.apply(tape.gradient(loss, layer.trainable_variables), layer.trainable_variables)
    return np.concatenate([value.numpy().ravel() for value in layer.trainable_variables])


def test_l2_equals_twice_the_decay_under_plain_sgd():
    def tf1(w):
        return 0.1 * tf.nn.l2_loss(w)

    regularizer = keras.regularizers.L2(0.1)
    l2 = after_twenty_steps(keras.optimizers.SGD(0.1), regularizer)
    np.testing.assert_allclose(l2, after_twenty_steps(keras.optimizers.SGD(0.1, weight_decay=0.2)), rtol=0, atol=2e-6)
    half = after_twenty_steps(keras.optimizers.SGD(0.1), tf1)
    np.testing.assert_allclose(half, after_twenty_steps(keras.optimizers.SGD(0.1, weight_decay=0.1)), rtol=0, atol=2e-6)
    for rule in (keras.optimizers.Adam, functools.partial(keras.optimizers.SGD, momentum=0.9)):
        in_loss, decoupled = after_twenty_steps(rule(0.1), regularizer), after_twenty_steps(rule(0.1, weight_decay=0.2))
        assert np.abs(in_loss - decoupled).max() > 0.02


def test_decay_follows_the_rate_and_takes_biases():
    def decayed(optimizer, steps=1):
        layers = [keras.layers.Dense(1, bias_initializer="ones"), keras.layers.BatchNormalization()]
        for layer in layers:
            layer.build((None, 1))
        variables = [layers[0].bias, layers[1].gamma]
        for _ in range(steps):
            optimizer.apply([tf.zeros((1,))] * 2, variables)
        return [float(value[0]) for value in variables]

    for rule in (keras.optimizers.SGD, keras.optimizers.Adam, keras.optimizers.AdamW):
        for rate in (0.1, 0.01):
            assert decayed(rule(rate, weight_decay=0.5)) == pytest.approx([1 - rate * 0.5] * 2, abs=1e-6)
    schedule = keras.optimizers.schedules.ExponentialDecay(0.1, decay_steps=1, decay_rate=0.5)
    left = (1 - 0.1 * 0.5) * (1 - 0.05 * 0.5) * (1 - 0.025 * 0.5)
    assert decayed(keras.optimizers.AdamW(schedule, weight_decay=0.5), 3) == pytest.approx([left] * 2, abs=1e-6)
    excluding = keras.optimizers.AdamW(0.1, weight_decay=0.5)
    excluding.exclude_from_weight_decay(var_names=["bias"])
    assert decayed(excluding) == pytest.approx([1, 0.95], abs=1e-6)
    default = keras.optimizers.AdamW()
    assert (float(default.learning_rate), default.weight_decay) == (pytest.approx(0.001), 0.004)
    assert keras.optimizers.Adam().weight_decay is None


ONES = np.ones((4, 1), np.float32)


def line(regularizer, dtype="float32"):
    """Return a compiled model with one weight, 1, which fits ``ONES`` perfectly."""
    dense = keras.layers.Dense(
        1, use_bias=False, kernel_initializer="ones", kernel_regularizer=regularizer, dtype=dtype
    )
    model = keras.Sequential([keras.Input((1,), dtype=dtype), dense])
    model.compile(keras.optimizers.SGD(0.1), "mse", metrics=["mse"])
    return model


def test_own_loops_drop_model_losses():
    model = line(keras.regularizers.L2(0.5))
    with tf.GradientTape(persistent=True) as tape:
        output = model(ONES)
        data_loss = tf.reduce_mean(tf.square(output - ONES))
        computed = model.compute_loss(ONES, ONES, output)
        added = data_loss + sum(model.losses)
    for loss, value, slope in [(data_loss, 0, 0), (computed, 0.5, 1), (added, 0.5, 1)]:
        assert float(loss) == pytest.approx(value)
        assert tape.gradient(loss, model.trainable_variables)[0][0, 0].numpy() == pytest.approx(slope)


def test_the_reported_loss_contains_the_penalty():
    model = line(keras.regularizers.L2(0.5))
    assert model.evaluate(ONES, ONES, verbose=0) == pytest.approx([0.5, 0])
    history = model.fit(ONES, ONES, validation_data=(ONES, ONES), verbose=0).history
    assert history["loss"] == pytest.approx([0.5]) and history["mse"] == pytest.approx([0])
    assert history["val_loss"] == pytest.approx([0.1**2 + 0.5 * 0.9**2])  # after one step the weight is 0.9


def test_the_penalty_ignores_sample_weights():
    for batch_size, weight in [(4, 0.9), (2, 0.81)]:
        model = line(keras.regularizers.L2(0.5))
        model.fit(ONES, ONES, batch_size=batch_size, sample_weight=np.zeros(4), verbose=0)
        assert model.get_weights()[0][0, 0] == pytest.approx(weight, rel=1e-6)


def test_regularizers_fail_in_a_float64_model():
    for regularizer in (keras.regularizers.L1(0.5), keras.regularizers.L2(0.5)):
        with pytest.raises(TypeError, match="float64"):
            line(regularizer, "float64").evaluate(ONES, ONES, verbose=0)
    for dtype in ("float32", "float64"):
        model = line(keras_adapters.Penalty(regularizers.L2(0.5)), dtype)
        assert model.evaluate(ONES, ONES, verbose=0) == pytest.approx([0.5, 0])
    code = """if True:
        from nnopt_course._tensorflow import tf as _
        import keras
        keras.config.set_floatx("float64")
        regularizer = keras.regularizers.L2(0.5)
        layer = keras.layers.Dense(1, use_bias=False, kernel_initializer="ones", kernel_regularizer=regularizer)
        model = keras.Sequential([keras.Input((1,)), layer])
        model.compile("sgd", "mse")
        print(layer.kernel.dtype, model.evaluate([[1.0]], [[1.0]], verbose=0))
        """
    code = code.replace("[[1.0]]", "__import__('numpy').ones((1, 1))")
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert printed.split() == ["float64", "0.5"]
