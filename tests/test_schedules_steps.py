"""One formula for every kind of step: numbers, arrays, tensors, compiled graphs, Keras; and a schedule is a value."""

import dataclasses
import json
import pickle
import subprocess
import sys
from fractions import Fraction

import mpmath
import numpy as np
import pytest

from nnopt_course._tensorflow import tf
from nnopt_course.schedules import CosineDecay, ExponentialDecay, LinearWarmup, WarmupStableDecay

EPS = np.finfo(np.float64).eps
SCHEDULES = [
    ExponentialDecay(0.1, 7, 0.9),
    ExponentialDecay(0.1, 49, 0.9, staircase=True),
    ExponentialDecay(0.1, 1, 0.999, staircase=True),
    LinearWarmup(0.01, 0.1, 49),
    CosineDecay(0.1, 49, alpha=0.1),
    CosineDecay(0.0, 49, warmup_target=0.1, warmup_steps=10),
    WarmupStableDecay(0.0, 0.1, warmup_steps=10, stable_steps=39, decay_steps=49),
]
STEPS = [0, 1, 6, 7, 9, 10, 11, 25, 48, 49, 50, 97, 98, 99, 500]


def graph(schedule, steps, **options):
    return tf.function(schedule, input_signature=[tf.TensorSpec([None], tf.int32)], **options)(tf.constant(steps))


KINDS = {
    "NumPy int32": lambda schedule, steps: schedule(np.array(steps, np.int32)),
    "NumPy uint16": lambda schedule, steps: schedule(np.array(steps, np.uint16)),
    "NumPy float32": lambda schedule, steps: schedule(np.array(steps, np.float32)),
    "NumPy float64": lambda schedule, steps: schedule(np.array(steps, np.float64)),
    "int32 tensor": lambda schedule, steps: schedule(tf.constant(steps)),
    "int64 tensor": lambda schedule, steps: schedule(tf.constant(steps, tf.int64)),
    "float32 tensor": lambda schedule, steps: schedule(tf.constant(steps, tf.float32)),
    "float64 tensor": lambda schedule, steps: schedule(tf.constant(steps, tf.float64)),
    "tf.Variable": lambda schedule, steps: schedule(tf.Variable(steps, dtype=tf.int64)),
    "Keras variable": lambda schedule, steps: schedule(tf.keras.Variable(np.array(steps), dtype="int64")),
    "graph": graph,
    "XLA": lambda schedule, steps: graph(schedule, steps, jit_compile=True),
}


@pytest.mark.parametrize("schedule", SCHEDULES, ids=repr)
@pytest.mark.parametrize("kind", KINDS)
def test_arrays_and_tensors_get_the_rates_of_python_numbers_in_float64(kind, schedule):
    expected = [schedule(step) for step in STEPS]
    values = KINDS[kind](schedule, STEPS)
    assert all(type(value) is float for value in expected)
    assert values.dtype == np.float64
    assert values.shape == (len(STEPS),)
    # The libraries' powers and cosines differ in the last digits; XLA also rounds a division twice. The power
    # multiplies that by the exponent times the logarithm, 7.5 at most here; near 0 the largest rate counts.
    np.testing.assert_allclose(values, expected, rtol=16 * EPS, atol=0.1 * 4 * EPS)


@pytest.mark.parametrize("schedule", SCHEDULES, ids=repr)
@pytest.mark.parametrize(
    "step",
    [np.int64(25), np.float32(25), np.array(25), Fraction(25), tf.constant(25), tf.constant(25, tf.bfloat16)],
    ids=repr,
)
def test_a_scalar_of_any_kind_gives_a_scalar(schedule, step):
    value = schedule(step)
    assert np.shape(value) == ()
    assert float(value) == pytest.approx(schedule(25), rel=16 * EPS)


@pytest.mark.parametrize("shape", [(0,), (2, 3), (1, 1, 4)])
def test_the_result_has_the_shape_of_the_step(shape):
    for schedule in SCHEDULES:
        assert schedule(np.zeros(shape, int)).shape == schedule(tf.zeros(shape, tf.int32)).shape == shape


def test_a_subclass_of_an_array_is_an_array(tmp_path):
    steps = np.memmap(tmp_path / "steps", np.int64, "w+", shape=(3,))
    assert np.array_equal(SCHEDULES[0](steps), [0.1, 0.1, 0.1])


# XLA divides by a constant as a product with its reciprocal, and 49 * (1/49) < 1: a floor of it would be one too low.
@pytest.mark.parametrize("decay_steps", [1, 3, 49, 98, 103, 107])
def test_a_compiled_staircase_steps_down_exactly_at_multiples(decay_steps):
    schedule = ExponentialDecay(1.0, decay_steps, 0.99, staircase=True)
    k = np.arange(1, 1000, dtype=np.int32)
    at, before = (graph(schedule, steps, jit_compile=True) for steps in (k * decay_steps, k * decay_steps - 1))
    # Roundings of the power and of k, times k log 0.99: at most 10 ulp. One period is 1 %.
    np.testing.assert_allclose(at, [float(Fraction(0.99) ** int(i)) for i in k], rtol=16 * EPS)
    np.testing.assert_array_equal(before[1:], at[:-1])


LATE = [2**31 - 1, 2**31, 2**31 + 1, 2**40 + 1]
LATE_KINDS = {
    "Python": lambda schedule: [schedule(step) for step in LATE],
    "NumPy": lambda schedule: schedule(np.array(LATE)),
    "int64": lambda schedule: schedule(tf.constant(LATE, tf.int64)),
    "uint64": lambda schedule: schedule(tf.constant(LATE, tf.uint64)),
    "float64": lambda schedule: schedule(tf.constant(LATE, tf.float64)),
    "XLA": lambda schedule: tf.function(schedule, jit_compile=True)(tf.constant(LATE, tf.int64)),
}


@pytest.mark.parametrize("kind", LATE_KINDS)
def test_steps_around_2_to_the_31_are_exact(kind):
    values = LATE_KINDS[kind]
    np.testing.assert_array_equal(values(ExponentialDecay(1.0, 2**31, 0.5, staircase=True)), [1, 0.5, 0.5, 0.5**512])
    np.testing.assert_array_equal(values(ExponentialDecay(1.0, 2**31, 0.5))[1:2], [0.5])
    np.testing.assert_array_equal(values(LinearWarmup(0.0, 1.0, 2**32)), np.minimum(np.array(LATE) / 2**32, 1))
    stable = WarmupStableDecay(0.0, 1.0, 1, 2**31 - 1, 2)
    np.testing.assert_array_equal(values(stable), [1, 1, 0.5, 0])
    np.testing.assert_allclose(values(CosineDecay(1.0, 4, warmup_target=1.0, warmup_steps=2**31 - 1))[1:3],
                               [(2 + 2**0.5) / 4, 0.5], rtol=4 * EPS)  # fmt: skip
    slow = ExponentialDecay(0.1, 1, 1 - 2**-30)
    exact = [float(mpmath.mpf(0.1) * (1 - mpmath.mpf(2) ** -30) ** step) for step in LATE[:3]]
    # The exponent is an integer, so it is exact, and one ulp from the power and one from the product remain.
    np.testing.assert_allclose(values(slow)[:3], exact, rtol=4 * EPS)


def test_float32_steps_are_computed_in_float64():
    schedule = ExponentialDecay(0.1, 3, 0.9)
    assert float(schedule(tf.constant(7.0))) == pytest.approx(schedule(7), rel=4 * EPS)  # float32 would miss by 1e-8


# Keras --------------------------------------------------------------------------------------------------------------


def test_a_schedule_drives_a_keras_optimizer_as_keras_s_own_does():
    ours = tf.keras.optimizers.SGD(lambda: ExponentialDecay(0.1, 4, 0.5, staircase=True)(ours.iterations))
    theirs = tf.keras.optimizers.SGD(tf.keras.optimizers.schedules.ExponentialDecay(0.1, 4, 0.5, staircase=True))
    weights = []
    for optimizer in (ours, theirs):
        w = tf.keras.Variable(5.0)
        optimizer.build([w])
        for _ in range(12):
            optimizer.apply([2 * (w + 1)], [w])
        weights.append(float(w))
    # Keras computes the rate in float32, and so are the twelve updates of numbers up to 6.
    assert weights[0] == pytest.approx(weights[1], abs=12 * 6 * 2**-23)


def test_a_schedule_is_asked_for_every_step_of_a_fit():
    schedule = LinearWarmup(0.0, 0.5, 4)
    model = tf.keras.Sequential([tf.keras.layers.Dense(1, use_bias=False, kernel_initializer="ones")])
    sgd = tf.keras.optimizers.SGD(lambda: schedule(sgd.iterations))
    model.compile(sgd, loss=lambda y_true, y_pred: y_pred)  # the gradient is x = 1
    model.fit(np.ones((6, 1)), np.ones((6, 1)), batch_size=1, epochs=1, verbose=0)
    assert float(model.trainable_variables[0][0, 0]) == 1 - (0 + 0.125 + 0.25 + 0.375 + 0.5 + 0.5)  # exact


# A schedule is a value ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("schedule", SCHEDULES, ids=repr)
def test_calling_changes_nothing(schedule):
    before, first = dataclasses.asdict(schedule), schedule(25)
    steps = np.arange(500)
    schedule(steps)  # as for a plot
    schedule(tf.constant(499))
    assert schedule(25) == first
    assert dataclasses.asdict(schedule) == before == vars(schedule)
    np.testing.assert_array_equal(steps, np.arange(500))
    with pytest.raises(dataclasses.FrozenInstanceError):
        schedule.initial_learning_rate = 1.0


def test_schedules_are_equal_and_hash_by_value():
    for schedule in SCHEDULES:
        twin = dataclasses.replace(schedule)
        assert twin is not schedule
        assert (twin, hash(twin)) == (schedule, hash(schedule))
        assert pickle.loads(pickle.dumps(schedule)) == schedule
    assert len({*SCHEDULES, *map(dataclasses.replace, SCHEDULES)}) == len(SCHEDULES)
    assert ExponentialDecay(0.1, 10, 0.5) != ExponentialDecay(0.1, 10, 0.5, staircase=True)


def test_numbers_of_every_kind_make_the_same_schedule():
    plain = ExponentialDecay(0.5, 4, 0.25)
    for given in (
        ExponentialDecay(np.float32(0.5), np.int8(4), Fraction(1, 4)),
        ExponentialDecay(0.5, 4, np.float64(0.25)),
    ):
        assert (given, repr(given)) == (plain, repr(plain))
        assert float(given(tf.constant(2))) == 0.25  # a NumPy number times a tensor of another dtype would raise
    assert ExponentialDecay(1, 4, 1)(np.arange(3)).dtype == np.float64


FRESH = """
import json, sys
before = set(sys.modules)
import nnopt_course, nnopt_course.schedules
rates = [
    nnopt_course.schedules.ExponentialDecay(0.1, 10, 0.5)(10),
    nnopt_course.schedules.CosineDecay(0.1, 10, alpha=0.5)(10),
]
homes = {name.partition(".")[0] for name in set(sys.modules) - before}
print(json.dumps([rates, sorted(homes - set(sys.stdlib_module_names)), len(set(sys.modules) - before)]))
"""


def test_schedules_load_nothing_but_a_few_modules_of_the_standard_library():
    done = subprocess.run([sys.executable, "-c", FRESH], capture_output=True, text=True, check=True)
    rates, homes, count = json.loads(done.stdout)
    assert (rates, homes) == ([0.05, 0.05], ["nnopt_course"])
    assert count < 60  # 23 in Python 3.11, which take some 10 ms
