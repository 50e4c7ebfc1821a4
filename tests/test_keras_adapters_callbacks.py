"""Averages kept during ``model.fit``, against TensorFlow's own average in a hand-written loop and against NumPy."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnopt_course import keras_adapters
from nnopt_course._tensorflow import tf
from nnopt_course.ema import CONVENTIONS, MovingAverage

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy keyword")  # model.save

RANDOM = np.random.RandomState(9)
X, Y = RANDOM.randn(2, 10, 2).astype(np.float32)
WEIGHTS = np.array([1, 0, 2, 0.25, 1, 0, 0, 3, 0, 1.5], np.float32)
BATCHES = [slice(0, 4), slice(4, 8), slice(8, 10)]  # three updates in an epoch


class Recorder(tf.keras.callbacks.Callback):
    """Keeps the weights at the start and after each batch."""

    def on_train_begin(self, logs=None):
        self.path = [self.model.get_weights()]

    def on_train_batch_end(self, batch, logs=None):
        self.path.append(self.model.get_weights())


def make_model(optimizer=None, dtype="float32"):
    tf.keras.utils.set_random_seed(1)
    layers = [tf.keras.layers.Dense(4, "tanh", dtype=dtype), tf.keras.layers.Dense(2, dtype=dtype)]
    model = tf.keras.Sequential([tf.keras.Input((2,), dtype=dtype), *layers])
    model.compile(optimizer or tf.keras.optimizers.Adam(0.05), keras_adapters.MeanSquaredError(dtype=dtype))
    return model


def fit(model, *callbacks, epochs=4):
    options = {"sample_weight": WEIGHTS, "batch_size": 4, "epochs": epochs, "shuffle": False, "verbose": 0}
    return model.fit(X, Y, callbacks=list(callbacks), **options)


def averages(callback, model):
    return [callback.average.average(variable).numpy() for variable in model.trainable_variables]


def assert_all_equal(ours, expected):
    for one, other in zip(ours, expected, strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("decay", [0.5, 0.9, 0.99])
def test_fit_with_the_callback_is_a_loop_with_the_average_of_tf1(decay):
    ours, theirs = make_model(), make_model()
    callback = keras_adapters.WeightAveraging(MovingAverage(decay))
    fit(ours, callback)

    variables, number = [v.value for v in theirs.trainable_variables], tf.Variable(0, dtype=tf.int64)
    average = tf.train.ExponentialMovingAverage(decay, num_updates=number)
    average.apply(variables)  # creates the shadows
    for step in range(12):
        batch = BATCHES[step % 3]
        with tf.GradientTape() as tape:
            squares = tf.reduce_mean((theirs(X[batch]) - Y[batch]) ** 2, axis=1)
            loss = tf.reduce_mean(squares * WEIGHTS[batch])
        theirs.optimizer.apply(tape.gradient(loss, theirs.trainable_variables), theirs.trainable_variables)
        number.assign(step)
        average.apply(variables)
    for mine, variable in zip(averages(callback, ours), variables, strict=True):
        # TensorFlow keeps the decay in float32; twelve updates of numbers near 1 round in both.
        np.testing.assert_allclose(mine, average.average(variable), rtol=0, atol=2e-6)
    assert callback.step == 12


def shares(convention, decay, count):
    """Return how much of each value is in the average after ``count`` updates, the start first."""
    n = np.arange(count)
    if convention == "corrected":  # the weights of a geometric series, made to sum to 1
        weights = decay ** n[::-1]
        return np.concatenate([[0], weights / weights.sum()])
    decays = np.minimum(decay, (1 + n) / (10 + n)) if convention == "warmup" else np.full(count, decay)
    if convention == "keras":
        decays[0] = 0
    start = 0 if convention == "zero" else decays.prod()
    return np.concatenate([[start], [(1 - decays[i]) * decays[i + 1 :].prod() for i in n]])


@pytest.mark.parametrize("convention", CONVENTIONS)
def test_every_convention_gives_the_weighted_sum_of_all_weights_seen(convention):
    model, recorder = make_model(dtype="float64"), Recorder()
    callback = keras_adapters.WeightAveraging(MovingAverage(0.9, convention))
    fit(model, callback, recorder)
    for i, average in enumerate(averages(callback, model)):
        path = np.stack([weights[i] for weights in recorder.path])
        expected = np.tensordot(shares(convention, 0.9, 12), path, axes=1)
        np.testing.assert_allclose(average, expected, rtol=0, atol=1e-14)  # twelve updates of numbers near 1


@given(st.lists(st.floats(-8, 8, width=32), min_size=1, max_size=6), st.floats(0, 0.999), st.sampled_from(CONVENTIONS))
def test_an_average_lies_among_the_weights_seen(gradients, decay, convention):
    model = tf.keras.Sequential([tf.keras.Input((1,)), tf.keras.layers.Dense(1, use_bias=False)])
    model.compile(tf.keras.optimizers.SGD(1.0), "mse")
    callback = keras_adapters.WeightAveraging(MovingAverage(decay, convention))
    callback.set_model(model)
    callback.on_train_begin()
    start = {"corrected": [], "keras": [], "zero": [0.0]}
    seen = start.get(convention, [model.get_weights()[0].item()])
    for gradient in gradients:
        model.optimizer.apply([tf.constant([[gradient]])], model.trainable_variables)
        callback.on_train_batch_end(0)
        seen.append(model.get_weights()[0].item())
        slack = 1e-5  # six updates in float32 of numbers up to 48
        assert min(seen) - slack <= averages(callback, model)[0].item() <= max(seen) + slack
    assert callback.step == len(gradients)


def test_training_itself_is_left_alone():
    with_callback, without = make_model(), make_model()
    history = fit(with_callback, keras_adapters.WeightAveraging(MovingAverage(0.9))).history
    assert history == fit(without).history
    assert_all_equal(with_callback.variables, without.variables)
    assert_all_equal(with_callback.optimizer.variables, without.optimizer.variables)


@pytest.mark.parametrize("convention", CONVENTIONS)
def test_a_second_fit_goes_on_counting(convention):
    rule, found = MovingAverage(0.9, convention), []
    for parts in [(4,), (1, 3)]:
        model, callback = make_model(), keras_adapters.WeightAveraging(rule)
        for epochs in parts:
            fit(model, callback, epochs=epochs)
        assert callback.step == 12
        found.append(averages(callback, model))
    assert_all_equal(*found)


@pytest.mark.parametrize("convention", CONVENTIONS)
def test_resumed_from_files_it_is_as_if_never_interrupted(convention, tmp_path):
    rule = MovingAverage(0.9, convention)
    model, callback = make_model(), keras_adapters.WeightAveraging(rule)
    fit(model, callback, epochs=2)
    model.save(tmp_path / "model.keras")
    callback.average.save(tmp_path / "average.npz")

    resumed, goes_on = tf.keras.models.load_model(tmp_path / "model.keras"), keras_adapters.WeightAveraging(rule)
    goes_on.start(resumed, step=callback.step)
    goes_on.average.restore(tmp_path / "average.npz")
    for each, its in [(model, callback), (resumed, goes_on)]:
        fit(each, its, epochs=2)
    assert_all_equal(resumed.variables, model.variables)
    assert_all_equal(averages(goes_on, resumed), averages(callback, model))
    assert goes_on.step == callback.step == 12


def test_with_gradient_accumulation_only_updates_count():
    model = make_model(tf.keras.optimizers.SGD(0.1, gradient_accumulation_steps=2))
    callback, recorder = keras_adapters.WeightAveraging(MovingAverage(0.9, "corrected")), Recorder()
    fit(model, callback, recorder)
    updated = recorder.path[2::2]  # the weights change at every second batch
    assert_all_equal(recorder.path[2], recorder.path[3])
    expected = np.tensordot(shares("corrected", 0.9, 6)[1:], np.stack([weights[0] for weights in updated]), axes=1)
    np.testing.assert_allclose(averages(callback, model)[0], expected, rtol=0, atol=1e-6)  # six updates in float32
    assert callback.step == 6


def test_a_batch_that_loss_scaling_skips_does_not_count():
    model = make_model(tf.keras.optimizers.LossScaleOptimizer(tf.keras.optimizers.SGD(0.1)))
    callback = keras_adapters.WeightAveraging(MovingAverage(0.9))
    x = X.copy()
    x[5] = np.inf  # the second of three batches has no finite gradient
    model.fit(x, Y, batch_size=4, shuffle=False, verbose=0, callbacks=[callback])
    assert callback.step == 2
    assert np.isfinite(averages(callback, model)[0]).all()


def test_frozen_weights_are_not_averaged():
    model = make_model()
    model.layers[0].trainable = False
    model.compile(tf.keras.optimizers.SGD(0.1), "mse")
    callback = keras_adapters.WeightAveraging(MovingAverage(0.9))
    fit(model, callback)
    assert len(averages(callback, model)) == 2
    with pytest.raises(ValueError, match=r"^variable must be one of the 2 that are averaged, got .*dense"):
        callback.average.average(model.layers[0].kernel)
