"""A saved and loaded model goes on as if it had never been saved: losses, schedules, penalties and optimizer state."""

import json
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnopt_course import keras_adapters, regularizers, schedules
from nnopt_course._tensorflow import tf

# Keras 3.15 saves variables through np.array(variable), which NumPy 2 warns about.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy keyword")

RANDOM = np.random.RandomState(8)
X, ANSWERS = RANDOM.randn(10, 2).astype(np.float32), RANDOM.rand(10, 3).astype(np.float32)
P, IDS = RANDOM.dirichlet(np.ones(3), 10).astype(np.float32), RANDOM.randint(0, 3, 10)
WEIGHTS = np.array([1, 0, 2, 0.25, 1, 0, 0, 3, 0, 1.5], np.float32)

LOSSES = {  # name -> the loss, the answers, the activation that gives what it wants
    "mse": (keras_adapters.MeanSquaredError(), ANSWERS, None),
    "cross_entropy": (keras_adapters.CrossEntropy(), P, "softmax"),
    "softmax": (keras_adapters.SoftmaxCrossEntropy(), IDS, None),
    "asymmetric": (keras_adapters.AsymmetricLoss(cost=1, profit=9, reduction="sum", name="yogurt"), ANSWERS, None),
}
SCHEDULES = [
    schedules.ExponentialDecay(0.02, 4, 0.9, staircase=True),
    schedules.LinearWarmup(0.0, 0.02, 5),
    schedules.CosineDecay(0.001, 7, 0.1, warmup_target=0.02, warmup_steps=4),
    schedules.WarmupStableDecay(0.0, 0.02, 2, 3, 4, 0.1),
]
PENALTIES = [regularizers.L1(0.01), regularizers.L2(0.01), regularizers.HalfL2(0.01), regularizers.L1L2(0.01, 0.02)]
# Each loss meets one schedule, one penalty and one optimizer.
OPTIMIZERS = [tf.keras.optimizers.SGD, tf.keras.optimizers.Adam, tf.keras.optimizers.AdamW, tf.keras.optimizers.RMSprop]
CASES = list(zip(LOSSES, SCHEDULES, PENALTIES, OPTIMIZERS, strict=True))


def trained_model(name, schedule, penalty, optimizer):
    loss, _, activation = LOSSES[name]
    tf.keras.utils.set_random_seed(0)
    hidden = tf.keras.layers.Dense(5, "relu", kernel_regularizer=keras_adapters.Penalty(penalty))
    model = tf.keras.Sequential([tf.keras.Input((2,)), hidden, tf.keras.layers.Dense(3, activation)])
    model.compile(optimizer(keras_adapters.Schedule(schedule)), loss)
    fit(model, name)
    return model


def fit(model, name):
    options = {"sample_weight": WEIGHTS, "batch_size": 4, "epochs": 2, "shuffle": False, "verbose": 0}
    return model.fit(X, LOSSES[name][1], **options).history["loss"]


def state(model):
    return [np.asarray(variable).tolist() for variable in [*model.variables, *model.optimizer.variables]]


@pytest.mark.parametrize(("name", "schedule", "penalty", "optimizer"), CASES, ids=LOSSES)
def test_training_goes_on_after_loading_bit_for_bit(name, schedule, penalty, optimizer, tmp_path):
    model = trained_model(name, schedule, penalty, optimizer)
    model.save(tmp_path / "model.keras")
    loaded = tf.keras.models.load_model(tmp_path / "model.keras")
    assert state(loaded) == state(model)
    assert loaded.optimizer.iterations == 6
    np.testing.assert_array_equal(loaded.predict(X, verbose=0), model.predict(X, verbose=0))
    arguments = (X, LOSSES[name][1], 4, 0, WEIGHTS)
    assert loaded.evaluate(*arguments) == model.evaluate(*arguments)
    assert fit(loaded, name) == fit(model, name)
    assert state(loaded) == state(model)
    # What was loaded is what was made, and not something of Keras's that happens to agree.
    assert loaded.optimizer.get_config()["learning_rate"] == model.optimizer.get_config()["learning_rate"]
    assert loaded.layers[0].kernel_regularizer.penalty == penalty
    assert type(loaded.loss) is type(model.loss)
    assert loaded.loss.get_config() == model.loss.get_config()


def test_a_fresh_process_loads_a_model_once_the_package_is_imported(tmp_path):
    model = trained_model(*CASES[3])
    model.save(tmp_path / "model.keras")
    code = (
        "import sys; from nnopt_course import keras_adapters; import keras; import numpy as np\n"
        "model = keras.models.load_model(sys.argv[1])\n"
        "x = np.arange(20, dtype='float32').reshape(10, 2)\n"
        "print(model.evaluate(x, x[:, :1] * np.ones(3, 'float32'), verbose=0))"
    )
    command = [sys.executable, "-c", code, tmp_path / "model.keras"]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    x = np.arange(20, dtype=np.float32).reshape(10, 2)
    assert float(printed) == model.evaluate(x, x[:, :1] * np.ones(3, np.float32), verbose=0)


def through_json(value):
    """Return what becomes of an adapter that Keras writes into a file and reads again."""
    written = json.dumps(tf.keras.utils.serialize_keras_object(value))
    return tf.keras.utils.deserialize_keras_object(json.loads(written))


@pytest.mark.parametrize("reduction", ["sum_over_batch_size", "sum", "mean_with_sample_weight", "none", None])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("make", [type(loss) for loss, *_ in LOSSES.values()], ids=LOSSES)
def test_a_loss_keeps_every_argument(make, dtype, reduction):
    prices = {"cost": 0.1, "profit": 9.5} if make is keras_adapters.AsymmetricLoss else {}
    arguments = {"reduction": reduction, "name": "mine", "dtype": dtype} | prices
    loss = through_json(make(**arguments))
    assert type(loss) is make
    assert loss.get_config() == arguments
    assert loss.dtype == dtype


@pytest.mark.parametrize("loss", [loss for loss, *_ in LOSSES.values()], ids=LOSSES)
def test_the_defaults_of_a_loss_are_those_of_keras(loss):
    expected = {"name": loss.name, "reduction": "sum_over_batch_size", "dtype": "float32"}
    prices = {"cost": 1, "profit": 9} if isinstance(loss, keras_adapters.AsymmetricLoss) else {}
    assert type(loss)(name=loss.name, **prices).get_config() == expected | prices


rates, counts = st.floats(1e-6, 10), st.integers(1, 10**9)


@given(
    st.builds(schedules.ExponentialDecay, rates, counts, st.floats(0.01, 1), st.booleans())
    | st.builds(schedules.LinearWarmup, rates, rates, counts)
    | st.builds(schedules.CosineDecay, rates, counts, st.floats(0, 1))
    | st.builds(schedules.CosineDecay, rates, counts, st.floats(0, 1), warmup_target=rates, warmup_steps=counts)
    | st.builds(schedules.WarmupStableDecay, rates, rates, counts, counts, counts, st.floats(0, 1)),
    st.sampled_from(["float32", "float64"]),
)
def test_every_schedule_comes_back_equal(schedule, dtype):
    adapter = through_json(keras_adapters.Schedule(schedule, dtype))
    assert (adapter.schedule, adapter.dtype) == (schedule, dtype)


@given(
    st.builds(regularizers.L1, rates)
    | st.builds(regularizers.L2, rates)
    | st.builds(regularizers.HalfL2, rates)
    | st.builds(regularizers.L1L2, rates, rates)
)
def test_every_penalty_comes_back_equal(penalty):
    assert through_json(keras_adapters.Penalty(penalty)).penalty == penalty


def test_a_float64_model_keeps_its_digits_through_a_file(tmp_path):
    dense = tf.keras.layers.Dense(1, dtype="float64", kernel_regularizer=keras_adapters.Penalty(regularizers.L2(0.1)))
    model = tf.keras.Sequential([tf.keras.Input((2,), dtype="float64"), dense])
    rate = keras_adapters.Schedule(schedules.ExponentialDecay(0.1, 3, 0.9), "float64")
    model.compile(tf.keras.optimizers.Adam(rate), keras_adapters.MeanSquaredError(dtype="float64"))
    data = tf.data.Dataset.from_tensor_slices((RANDOM.randn(10, 2), RANDOM.randn(10, 1))).batch(4)
    model.fit(data, shuffle=False, verbose=0)
    model.save(tmp_path / "model.keras")
    loaded = tf.keras.models.load_model(tmp_path / "model.keras")
    for each in (model, loaded):
        each.fit(data, epochs=2, shuffle=False, verbose=0)
    assert state(loaded) == state(model)
    kernel = model.get_weights()[0]
    assert not np.array_equal(kernel, kernel.astype(np.float32))
