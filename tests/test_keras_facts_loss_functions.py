"""What chapter 4.1 on loss functions says about Keras and TensorFlow is true."""

import subprocess
import sys

import keras
import numpy as np
import pytest

from nnopt_course._tensorflow import tf


def test_mean_squared_error_broadcasts():
    four = tf.range(4.0)
    np.testing.assert_array_equal(keras.losses.mean_squared_error(four[:, None], four), np.zeros(4))  # squeezed
    column, row = np.zeros((3, 1)), np.arange(3.0)[None]
    result = keras.losses.mean_squared_error(column, row)
    assert result.shape == (3,)
    np.testing.assert_allclose(result, [5 / 3] * 3)  # (0 + 1 + 4) / 3, three times


def test_softmax_remembers_its_logits():
    z, label = tf.Variable([[0.0, -50.0]], dtype=tf.float64), tf.constant([1])
    for softmax, loss, slope in [(keras.activations.softmax, 50, -1), (tf.nn.softmax, -np.log(1e-7), 0)]:
        with tf.GradientTape() as tape:
            result = keras.losses.sparse_categorical_crossentropy(label, softmax(z))
        assert result[0].numpy() == pytest.approx(loss, rel=1e-12)
        assert tape.gradient(result, z)[0, 1].numpy() == pytest.approx(slope, abs=1e-12)

        def in_graph(z, softmax=softmax, factor=1.0):
            return keras.losses.sparse_categorical_crossentropy(label, softmax(z) * factor if factor else softmax(z))

        graph = tf.function(in_graph)
        assert graph(z, factor=None)[0].numpy() == pytest.approx(50, rel=1e-12)
        assert graph(z)[0].numpy() == pytest.approx(-np.log(1e-7), rel=1e-12)  # an operation in between hides them


def test_seeded_start_depends_on_what_was_drawn_before():
    draw = "print(tf.random.normal([2, 1], seed=1).numpy().ravel())"
    draw = f"from nnopt_course._tensorflow import tf; {draw}; {draw}"
    printed = subprocess.run([sys.executable, "-c", draw], capture_output=True, text=True, check=True).stdout
    first, second = printed.splitlines()
    assert first == "[-0.8113182  1.4845988]"  # what TF1's graph draws
    assert second != first
