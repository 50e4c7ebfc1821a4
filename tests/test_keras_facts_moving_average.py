"""What chapter 4.3 on moving averages of the weights says about Keras and TensorFlow is true."""

import keras
import numpy as np
import pytest

from nnopt_course._tensorflow import tf


def one_weight(use_ema=True):
    """Return a model of one weight, compiled to cover half of the way from 0 to 10 in each step."""
    layer = keras.layers.Dense(1, use_bias=False, kernel_initializer="zeros")
    model = keras.Sequential([keras.Input((1,)), layer])
    model.compile(keras.optimizers.SGD(0.25, use_ema=use_ema, ema_momentum=0.9), "mse")
    return model


def weight_in(model):
    return model.get_weights()[0].item()


ONE, TEN = np.ones((1, 1), np.float32), np.full((1, 1), 10, np.float32)


class DiskFull(keras.callbacks.Callback):
    def on_test_batch_end(self, batch, logs=None):
        raise OSError("disk full")


def test_use_ema_copies_the_weight_at_its_first_step():
    sgd, found = keras.optimizers.SGD(1.0, use_ema=True, ema_momentum=0.99), []
    w = keras.Variable(0.0)
    sgd.build([w])
    for value in (1.0, 10.0, 10.0):
        sgd.apply([w - value], [w])
        found.append(float(sgd._model_variables_moving_average[0]))
    np.testing.assert_allclose(found, [1, 1.09, 1.1791], rtol=1e-6)
    assert not [name for name in dir(sgd) if "average" in name and not name.startswith("_")]


def test_fit_overwrites_the_weights_with_their_average():
    at_once, in_parts, without = one_weight(), one_weight(), one_weight(use_ema=False)
    for model in (at_once, without):
        model.fit(ONE, TEN, epochs=5, verbose=0)
    for _ in range(5):
        in_parts.fit(ONE, TEN, epochs=1, verbose=0)
    weights = 10 * (1 - 0.5 ** np.arange(1, 6))  # after each step
    average = weights[0]
    for weight in weights[1:]:
        average = 0.9 * average + 0.1 * weight
    assert weight_in(without) == weights[-1]
    assert weight_in(at_once) == pytest.approx(average, rel=1e-6)
    assert weight_in(in_parts) < weight_in(at_once) - 0.1
    loop, by_hand = one_weight(), one_weight(use_ema=False)
    for model in (loop, by_hand):
        for _ in range(5):
            model.train_on_batch(ONE, TEN)
    assert weight_in(loop) == weight_in(by_hand)  # no effect
    loop.optimizer.finalize_variable_values(loop.trainable_variables)
    assert weight_in(loop) == pytest.approx(average, rel=1e-6)


def test_predict_with_swapped_averages_never_swaps_back():
    model = one_weight()
    for _ in range(3):
        model.train_on_batch(ONE, TEN)
    for expected in (5.6, 8.75, 5.6):
        answer = model.predict(ONE, verbose=0, callbacks=[keras.callbacks.SwapEMAWeights()])
        assert answer.item() == pytest.approx(expected, rel=1e-6)
        assert weight_in(model) == pytest.approx(expected, rel=1e-6)


def test_an_error_in_evaluate_leaves_the_averages_in():
    model = one_weight()
    for _ in range(3):
        model.train_on_batch(ONE, TEN)
    swap = keras.callbacks.SwapEMAWeights()
    model.evaluate(ONE, TEN, verbose=0, callbacks=[swap])
    assert weight_in(model) == pytest.approx(8.75, rel=1e-6)
    with pytest.raises(OSError, match="disk full"):
        model.evaluate(ONE, TEN, verbose=0, callbacks=[swap, DiskFull()])
    assert weight_in(model) == pytest.approx(5.6, rel=1e-6)


def test_running_statistics_start_at_0_and_1():
    layer = keras.layers.BatchNormalization()
    batch = np.array([[8], [12]], np.float32)  # mean 10, variance 4
    for step in range(1, 101):
        layer(batch, training=True)
        if step in (1, 10, 100):
            left = 0.99**step
            assert float(layer.moving_mean[0]) == pytest.approx(10 * (1 - left), rel=1e-5)
            assert float(layer.moving_variance[0]) == pytest.approx(left + 4 * (1 - left), rel=1e-5)


def test_tf_average_starts_at_its_first_apply():
    for call_before, expected in [(False, 1.0), (True, 0.9)]:
        w, n = tf.Variable(0.0), tf.Variable(0)
        average = tf.train.ExponentialMovingAverage(0.99, num_updates=n)
        if call_before:
            average.apply([w])
        w.assign(1.0)
        average.apply([w])
        assert float(average.average(w)) == pytest.approx(expected, rel=1e-6)
