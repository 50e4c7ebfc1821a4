"""What the boxes of the book say about Keras and TensorFlow is true of the installed versions.

A box carries a comment, ``<!-- keras: name -->``, on its page, and ``test_name`` stands here. When a new version of
Keras changes a fact, a search for that name finds the box to rewrite.
"""

import functools
import re
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pytest

from nnopt_course import keras_adapters, regularizers
from nnopt_course._tensorflow import tf

BOOK = Path(__file__).parents[1] / "book"


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


def test_optimizers_have_no_minimize():
    assert hasattr(tf.compat.v1.train.GradientDescentOptimizer, "minimize")
    assert not hasattr(keras.optimizers.SGD, "minimize") and hasattr(keras.optimizers.SGD, "apply")


def test_a_staircase_steps_late_in_a_graph():
    halving = keras.optimizers.schedules.ExponentialDecay(1.0, 41, 0.5, staircase=True)
    assert np.float32(41) * (np.float32(1) / np.float32(41)) < 1
    step = tf.constant(41)
    assert halving(step) == 0.5
    for jit in (False, True):
        assert tf.function(halving, jit_compile=jit)(step) == 1
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:  # TensorFlow 1 does the same
        clock = tf.compat.v1.Variable(41, trainable=False)
        rate = tf.compat.v1.train.exponential_decay(1.0, clock, 41, 0.5, staircase=True)
        session.run(tf.compat.v1.global_variables_initializer())
        assert session.run(rate) == 1
    layer = keras.layers.Dense(1, use_bias=False, kernel_initializer="zeros")
    model = keras.Sequential([keras.Input((1,)), layer])
    model.compile(keras.optimizers.SGD(halving), loss=lambda y_true, y_pred: -y_pred[:, 0])  # slope -1
    model.fit(np.ones((42, 1)), np.ones((42, 1)), batch_size=1, verbose=0)
    assert layer.get_weights()[0].item() == 42  # 41 updates at 1 and one at 0.5 would make 41.5
    assert int(model.optimizer.iterations) == 42


def test_schedules_check_no_values():
    schedules = keras.optimizers.schedules
    steps = schedules.PiecewiseConstantDecay([20, 10], [1.0, 0.5, 0.1])
    assert float(steps(15)) == pytest.approx(1.1)
    assert np.isnan(schedules.ExponentialDecay(1.0, 10, -0.9)(5))
    assert not np.isnan(schedules.ExponentialDecay(1.0, 10, -0.9)(10))


def test_a_new_optimizer_starts_its_clock_anew():
    halving = keras.optimizers.schedules.ExponentialDecay(1.0, 1, 0.5)
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    rates = []
    for compiles in (True, False, True):
        if compiles:
            model.compile(keras.optimizers.SGD(halving), loss="mse")
        model.fit(np.ones((3, 1)), np.ones((3, 1)), batch_size=1, verbose=0)
        rates.append(float(model.optimizer.learning_rate))
    assert rates == [0.5**3, 0.5**6, 0.5**3]  # a second fit goes on


def test_with_accumulation_the_schedule_counts_batches():
    halving = keras.optimizers.schedules.ExponentialDecay(1.0, 1, 0.5)
    optimizer, w = keras.optimizers.SGD(halving, gradient_accumulation_steps=4), tf.Variable(0.0)
    for _ in range(8):
        optimizer.apply([tf.constant(1.0)], [w])
    assert optimizer.iterations == 2
    assert float(optimizer.learning_rate) == 0.5**8
    assert w.numpy() == -(0.5**3 + 0.5**7)  # the rates of the batches that complete an update


def test_a_constant_rate_is_float32():
    optimizer, w = keras.optimizers.SGD(0.1), tf.Variable(0.0, dtype=tf.float64)
    optimizer.apply([tf.constant(1.0, tf.float64)], [w])
    assert -w.numpy() == float(np.float32(0.1)) != 0.1


def test_a_python_step_retraces():
    traced = []

    @tf.function
    def rate_at(step):
        traced.append(step)
        return step

    for step in range(3):
        rate_at(step)
    assert len(traced) == 3
    for step in range(3):
        rate_at(tf.constant(step))
    assert len(traced) == 4


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


def test_facts_and_tests_match_one_to_one():
    pages = sorted([*BOOK.glob("*.ipynb"), *BOOK.glob("*.md")])
    facts = [fact for page in pages for fact in re.findall(r"<!-- keras: (\w+) -->", page.read_text())]
    tests = [name.removeprefix("test_") for name in globals() if name.startswith("test_")]
    tests.remove("facts_and_tests_match_one_to_one")
    assert sorted(facts) == sorted(tests)
