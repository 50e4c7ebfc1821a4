"""Validation with the averages during ``model.fit``, its neighbors among Keras's callbacks, and what is refused."""

import re

import numpy as np
import pytest

from nnopt_course import keras_adapters
from nnopt_course._tensorflow import tf
from nnopt_course.ema import MovingAverage

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy keyword")  # model.save

RANDOM = np.random.RandomState(10)
X, X_NEW = RANDOM.randn(2, 10, 2).astype(np.float32)
Y, Y_NEW = RANDOM.randn(2, 10, 1).astype(np.float32)
WEIGHTS = RANDOM.rand(10).astype(np.float32)
RULE = MovingAverage(0.9)


def make_model(build=True, **options):
    tf.keras.utils.set_random_seed(1)
    model = tf.keras.Sequential([*([tf.keras.Input((2,))] if build else []), tf.keras.layers.Dense(1)])
    model.compile(tf.keras.optimizers.Adam(0.05), keras_adapters.MeanSquaredError(), **options)
    return model


def fit(model, *callbacks, epochs=4, **options):
    options = {"batch_size": 4, "shuffle": False, "verbose": 0} | options
    return model.fit(X, Y, epochs=epochs, callbacks=list(callbacks), **options).history


def by_hand(kernel, bias, weights=1.0):
    error = X_NEW.astype(np.float64) @ np.asarray(kernel, np.float64) + np.asarray(bias, np.float64) - Y_NEW
    return (weights * error[:, 0] ** 2).mean()


class Averages(tf.keras.callbacks.Callback):
    """Keeps the averages at the end of each epoch."""

    def __init__(self, callback):
        super().__init__()
        self.callback, self.path, self.weights = callback, [], []

    def on_epoch_end(self, epoch, logs=None):
        average = self.callback.average.average
        self.path.append([average(variable).numpy() for variable in self.model.trainable_variables])
        self.weights.append(self.model.get_weights())


@pytest.mark.parametrize("kind", ["pair", "triple", "dataset"])
def test_each_epoch_reports_the_loss_of_the_averages_and_fit_that_of_the_weights(kind):
    data = {
        "pair": (X_NEW, Y_NEW),
        "triple": (X_NEW, Y_NEW, WEIGHTS),
        "dataset": tf.data.Dataset.from_tensor_slices((X_NEW, Y_NEW)).batch(4),
    }[kind]
    callback = keras_adapters.WeightAveraging(RULE, validation_data=data)
    record = Averages(callback)
    history = fit(make_model(metrics=["mae"]), callback, record, validation_data=(X_NEW, Y_NEW))
    weights = WEIGHTS if kind == "triple" else 1.0
    expected = [by_hand(*average, weights) for average in record.path]
    np.testing.assert_allclose(history["val_average_loss"], expected, rtol=1e-6)  # ten squares in float32
    np.testing.assert_allclose(history["val_loss"], [by_hand(*w) for w in record.weights], rtol=1e-6)
    assert len(history["val_average_mae"]) == 4


def test_validating_changes_neither_training_nor_optimizer_and_prints_nothing(capsys):
    plain, validated = make_model(metrics=["mae"]), make_model(metrics=["mae"])
    history = fit(validated, keras_adapters.WeightAveraging(RULE, validation_data=(X_NEW, Y_NEW)))
    expected = fit(plain)
    assert capsys.readouterr() == ("", "")
    assert {name: history[name] for name in expected} == expected
    for one, other in zip(
        [*validated.variables, *validated.optimizer.variables],
        [*plain.variables, *plain.optimizer.variables],
        strict=True,
    ):
        np.testing.assert_array_equal(one, other)


def broken_dataset():
    def batches():
        yield X_NEW[:4], Y_NEW[:4]
        raise OSError("the disk is gone")

    spec = (tf.TensorSpec((None, 2), tf.float32), tf.TensorSpec((None, 1), tf.float32))
    return tf.data.Dataset.from_generator(batches, output_signature=spec)


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (broken_dataset(), tf.errors.UnknownError),
        ((X_NEW, Y_NEW[:, 0]), ValueError),  # answers of another shape
        ((X_NEW[:, :1], Y_NEW), ValueError),  # inputs of another shape
    ],
    ids=["data", "answers", "inputs"],
)
def test_the_weights_come_back_when_validation_fails(data, error):
    expected = make_model()
    fit(expected, epochs=1)
    model, callback = make_model(), keras_adapters.WeightAveraging(RULE, validation_data=data)
    with pytest.raises(error):
        fit(model, callback)
    for one, other in zip(
        [*model.variables, *model.optimizer.variables],
        [*expected.variables, *expected.optimizer.variables],
        strict=True,
    ):
        np.testing.assert_array_equal(one, other)
    callback.validation_data = (X_NEW, Y_NEW)
    assert len(fit(model, callback)["val_average_loss"]) == 4  # and it goes on
    assert callback.step == 15


def test_early_stopping_watches_the_averages_and_restores_weights(tmp_path):
    model = make_model()
    callback = keras_adapters.WeightAveraging(RULE, validation_data=(X_NEW, Y_NEW))
    record = Averages(callback)
    stopping = tf.keras.callbacks.EarlyStopping("val_average_loss", mode="min", patience=2, restore_best_weights=True)
    checkpoint = tf.keras.callbacks.ModelCheckpoint(
        tmp_path / "best.keras", "val_average_loss", mode="min", save_best_only=True
    )
    losses = fit(model, callback, record, stopping, checkpoint, epochs=60)["val_average_loss"]
    best = int(np.argmin(losses))
    assert len(losses) == best + 3 < 60
    saved = tf.keras.models.load_model(tmp_path / "best.keras")
    for found in (model, saved):  # the weights of the best epoch, not its averages
        for one, other in zip(found.get_weights(), record.weights[best], strict=True):
            np.testing.assert_array_equal(one, other)
    with callback.average.swapped_into(model):  # the averages are those of the last epoch
        for one, other in zip(model.get_weights(), record.path[-1], strict=True):
            np.testing.assert_array_equal(one, other)


def test_a_model_saved_with_its_averages_in_place_predicts_with_them(tmp_path):
    model, callback = make_model(), keras_adapters.WeightAveraging(RULE)
    fit(model, callback)
    with callback.average.swapped_into(model):
        model.save(tmp_path / "averaged.keras")
        expected = model.predict(X, verbose=0)
    np.testing.assert_array_equal(
        tf.keras.models.load_model(tmp_path / "averaged.keras").predict(X, verbose=0), expected
    )
    assert not np.allclose(model.predict(X, verbose=0), expected)


# Refusals -----------------------------------------------------------------------------------------------------------


def test_several_updates_between_two_calls_are_refused_before_training():
    model = make_model(steps_per_execution=2)
    before = model.get_weights()
    with pytest.raises(ValueError, match=r"^steps_per_execution must be 1 to average .*, got 2$"):
        fit(model, keras_adapters.WeightAveraging(RULE))
    np.testing.assert_array_equal(model.get_weights()[0], before[0])


class TwoUpdates(tf.keras.Sequential):
    """A model whose training step makes two updates."""

    def train_step(self, data):
        super().train_step(data)
        return super().train_step(data)


def test_two_updates_in_one_batch_are_refused():
    model = TwoUpdates([tf.keras.Input((2,)), tf.keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    fit(model)  # so that it does not count from 0
    with pytest.raises(ValueError, match=r"^fit must make at most 1 update in a batch, got 2$"):
        fit(model, keras_adapters.WeightAveraging(RULE))


def test_a_model_that_is_not_built_is_refused_and_works_once_it_is():
    model, callback = make_model(build=False), keras_adapters.WeightAveraging(RULE)
    message = f"model must be built before its weights are averaged, got {model.name} without weights: give it an Input"
    with pytest.raises(ValueError, match=re.escape(message)):
        fit(model, callback)
    model.build((None, 2))
    fit(model, callback)
    assert callback.step == 12


def test_another_model_and_weights_that_came_later_are_refused():
    model, callback = make_model(), keras_adapters.WeightAveraging(RULE)
    model.layers[0].trainable = True
    fit(model, callback)
    with pytest.raises(ValueError, match=r"^variable must be one of the 2 that are averaged, got .* of shape"):
        fit(make_model(), callback)
    assert callback.step == 12
    callback.start(other := make_model())  # asked for, it begins anew
    fit(other, callback, epochs=1)
    assert callback.step == 3


def test_training_a_model_that_holds_its_averages_is_refused():
    model, callback = make_model(), keras_adapters.WeightAveraging(RULE)
    fit(model, callback)
    with (
        callback.average.swapped_into(model),
        pytest.raises(RuntimeError, match=r"^swapped_into must not be called inside swapped_into"),
    ):
        fit(model, callback)


def test_averages_that_have_not_begun_cannot_be_read():
    averaging = keras_adapters.WeightAveraging(RULE)
    assert averaging.step == 0
    with pytest.raises(RuntimeError, match=r"^average must not be read before fit or start has begun it"):
        _ = averaging.average


@pytest.mark.parametrize(("step", "error"), [(-1, ValueError), (1.0, TypeError), ("1", TypeError), (True, TypeError)])
def test_a_bad_step_to_start_at_is_refused(step, error):
    callback = keras_adapters.WeightAveraging(RULE)
    with pytest.raises(error, match=f"^step must be .*, got {step!r}$"):
        callback.start(make_model(), step)
    with pytest.raises(RuntimeError, match=r"^average must not be read"):
        _ = callback.average
