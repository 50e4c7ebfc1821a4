"""What chapter 4.5 on the modular template says about Keras and TensorFlow is true."""

import subprocess
import sys

import keras
import numpy as np
import pytest

from nnopt_course._tensorflow import tf

ONE, TEN = np.ones((1, 1), np.float32), np.full((1, 1), 10, np.float32)


def one_weight(rule):
    """Return a model of one weight, which starts at 0 and should be 10."""
    layer = keras.layers.Dense(1, use_bias=False, kernel_initializer="zeros")
    model = keras.Sequential([keras.Input((1,)), layer])
    model.compile(rule, "mse")
    return model


def weight_in(model):
    return model.get_weights()[0].item()


def adams_path(updates):
    """Return the weight after some updates of Adam at rate 0.1, worked out in NumPy."""
    w = m = v = 0.0
    for n in range(1, updates + 1):
        g = 2 * (w - 10)
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g
        w -= 0.1 * (m / (1 - 0.9**n)) / (np.sqrt(v / (1 - 0.999**n)) + 1e-7)
    return w


def test_load_weights_skips_an_optimizer_not_built(tmp_path):
    first = one_weight(keras.optimizers.Adam(0.1))
    first.fit(ONE, TEN, epochs=5, verbose=0)
    first.save_weights(tmp_path / "half.weights.h5")
    first.save(tmp_path / "half.keras")

    fresh = one_weight(keras.optimizers.Adam(0.1))
    with pytest.warns(UserWarning, match="Skipping variable loading for optimizer"):
        fresh.load_weights(tmp_path / "half.weights.h5")
    built = one_weight(keras.optimizers.Adam(0.1))
    built.optimizer.build(built.trainable_variables)
    built.load_weights(tmp_path / "half.weights.h5")
    whole = keras.models.load_model(tmp_path / "half.keras")

    assert [int(model.optimizer.iterations) for model in (fresh, built, whole)] == [0, 5, 5]
    for model in (fresh, built, whole):
        assert weight_in(model) == pytest.approx(adams_path(5), rel=1e-5)
        model.fit(ONE, TEN, epochs=5, verbose=0)
    assert weight_in(built) == weight_in(whole) == pytest.approx(adams_path(10), rel=1e-5)
    assert weight_in(fresh) > adams_path(10) + 0.002


def test_initial_epoch_only_numbers_the_epochs():
    halving = keras.optimizers.schedules.ExponentialDecay(1.0, 1, 0.5)
    model, plain = (one_weight(keras.optimizers.SGD(halving)) for _ in range(2))
    assert model.fit(ONE, TEN, initial_epoch=3, epochs=6, verbose=0).epoch == [3, 4, 5]
    plain.fit(ONE, TEN, epochs=3, verbose=0)
    assert int(model.optimizer.iterations) == int(plain.optimizer.iterations) == 3
    assert weight_in(model) == weight_in(plain)
    assert model.fit(ONE, TEN, initial_epoch=6, epochs=6, verbose=0).epoch == []
    assert int(model.optimizer.iterations) == 3


def test_checkpoints_hold_weights_where_fit_ends_with_averages(tmp_path):
    weights = 10 * (1 - 0.5 ** np.arange(1, 6))  # after each epoch of one step
    averages = [weights[0]]
    for weight in weights[1:]:
        averages.append(0.9 * averages[-1] + 0.1 * weight)
    for swap, expected in [(False, weights), (True, averages)]:
        model = one_weight(keras.optimizers.SGD(0.25, use_ema=True, ema_momentum=0.9))
        callbacks = [keras.callbacks.SwapEMAWeights(swap_on_epoch=True)] if swap else []
        callbacks.append(keras.callbacks.ModelCheckpoint(str(tmp_path / "{epoch}.keras")))
        model.fit(ONE, TEN, epochs=5, verbose=0, callbacks=callbacks)
        saved = [weight_in(keras.models.load_model(tmp_path / f"{epoch}.keras")) for epoch in range(1, 6)]
        assert saved == pytest.approx(expected, rel=1e-6)
        assert weight_in(model) == pytest.approx(averages[-1], rel=1e-6)


ORDERS = """if True:
    from nnopt_course._tensorflow import tf
    import keras, numpy as np, sys
    x, seen = np.arange(20.0)[:, None], []
    def noting(y_true, y_pred):
        tf.py_function(lambda y: seen.extend(y.numpy().ravel()), [y_true], [])
        return keras.losses.mean_squared_error(y_true, y_pred)
    if sys.argv[1] == "seeded":
        keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile("sgd", noting, jit_compile=False)
    for _ in range(2):
        model.fit(x, x, batch_size=5, epochs=2, verbose=0)
    orders = np.reshape(seen, (4, 20)).astype(int).tolist()
    assert all(sorted(order) == list(range(20)) for order in orders)
    print(len({tuple(order) for order in orders}), orders[0] == list(range(20)))
    """


@pytest.mark.parametrize(("seeded", "different"), [("seeded", "1"), ("not", "4")])
def test_after_a_seed_fit_shuffles_every_epoch_alike(seeded, different):
    done = subprocess.run([sys.executable, "-c", ORDERS, seeded], capture_output=True, text=True, check=True)
    assert done.stdout.split() == [different, "False"]  # how many orders, and whether one is that of the data
    stream = tf.data.Dataset.range(20).shuffle(20, seed=0)
    epochs = [[int(each) for each in stream] for _ in range(2)]
    assert epochs[0] != epochs[1]  # the remedy in the box
