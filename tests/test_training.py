"""Results of ``training.train``, against NumPy by hand, closed forms and a loop of single compiled steps."""

from dataclasses import dataclass

import numpy as np
import pytest

from nnopt_course import datasets, losses, training
from nnopt_course._tensorflow import tf

START = np.array([[-0.8113182], [1.4845988]])


def line(parameters, x, y):
    return losses.mean_squared_error(y, x @ parameters[0])


def bowl(parameters):
    return (parameters[0] + 1) ** 2


def visits(parameters, marks):
    """The gradient of a batch is how often it holds each example."""
    return tf.reduce_sum(marks @ parameters[0][:, tf.newaxis])


def numpy_line(start, data, *, steps, learning_rate, batch_size):
    """Return all the weights that minibatch SGD on ``line`` visits, by hand."""
    w, visited = start.copy(), []
    for t in range(steps):
        rows = [(t * batch_size + i) % len(data.x) for i in range(batch_size)]
        x, y = data.x[rows], data.y[rows]
        w = w - learning_rate * 2 * x.T @ (x @ w - y) / batch_size
        visited.append(w)
    return np.array(visited)


@pytest.mark.parametrize("jit", [True, False])
@pytest.mark.parametrize("batch_size", [1, 8, 32])
def test_equals_sgd_by_hand(batch_size, jit):
    data = datasets.yogurt()
    options = {"steps": 201, "learning_rate": 0.05, "batch_size": batch_size}
    run = training.train(line, [START], data, record_every=1, jit=jit, **options)
    # Rounding in float64 shrinks from step to step, since every step pulls towards the optimum.
    np.testing.assert_allclose(run.parameters[0], numpy_line(START, data, **options), rtol=0, atol=1e-12)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_whole_loop_agrees_with_a_loop_of_single_compiled_steps(dtype):
    data = datasets.yogurt(dtype=dtype)
    w = tf.Variable(START, dtype=dtype)

    @tf.function(jit_compile=True)
    def step(x, y):
        with tf.GradientTape() as tape:
            value = line([w], x, y)
        w.assign_sub(tf.constant(0.01, dtype) * tape.gradient(value, w))

    visited = []
    for t in range(300):
        rows = slice(t * 8 % 32, t * 8 % 32 + 8)
        step(tf.constant(data.x[rows]), tf.constant(data.y[rows]))
        visited.append(w.numpy())
    run = training.train(line, [START.astype(dtype)], data, steps=300, learning_rate=0.01, batch_size=8, record_every=1)
    assert run.parameters[0].dtype == run.loss.dtype == dtype
    # Two programs, so XLA may round in another order: about 1 ulp of a weight now and then, and errors do not grow.
    np.testing.assert_allclose(run.parameters[0], visited, rtol=0, atol=4 * np.finfo(dtype).eps)


@pytest.mark.parametrize("jit", [True, False])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_run_has_the_bits_of_the_same_run_stopped_and_continued(dtype, jit):
    data, w = datasets.yogurt(dtype=dtype), START.astype(dtype)
    options = {"learning_rate": 0.01, "batch_size": 8, "jit": jit}
    whole = training.train(line, [w], data, steps=300, **options)
    for _ in range(75):  # four updates see all the data, so the next run starts at the row where the last one stopped
        (w,) = training.train(line, [w], data, steps=4, **options).final
    assert whole.final[0].tobytes() == w.tobytes()


@pytest.mark.parametrize("jit", [True, False])
def test_equals_the_closed_form_of_a_bowl(jit):
    run = training.train(bowl, [np.float64(5)], steps=40, learning_rate=0.2, record_every=1, jit=jit)
    distance = 6 * (1 - 2 * 0.2) ** np.arange(1, 41)
    # Each step rounds numbers of size 1, and the errors shrink by 0.6: under 3 ulp of 1 in all.
    np.testing.assert_allclose(run.parameters[0], distance - 1, rtol=0, atol=1e-15)
    np.testing.assert_allclose(run.loss, distance**2, rtol=1e-12, atol=1e-14)
    alternating = training.train(bowl, [np.float64(5)], steps=4, learning_rate=1, record_every=1, jit=jit)
    assert alternating.parameters[0].tolist() == [-7, 5, -7, 5]


@pytest.mark.parametrize("record_every", [1, 2, 3, 7, 19, 20, 21, 1000, 2**31 - 1, 10**10, None])
@pytest.mark.parametrize("steps", [1, 2, 20, 22])
def test_records_after_updates_1_and_k_plus_1_and_so_on_and_the_last(steps, record_every):
    run = training.train(bowl, [np.float64(5)], steps=steps, learning_rate=0.2, record_every=record_every)
    expected = [t for t in range(1, steps + 1) if t in (1, steps) or (record_every and t % record_every == 1)]
    expected = list(range(1, steps + 1)) if record_every == 1 else expected
    assert run.step.tolist() == expected
    # Every row holds what belongs to its step: the closed form, as above.
    np.testing.assert_allclose(run.parameters[0], 6 * 0.6 ** np.array(expected) - 1, rtol=0, atol=1e-15)
    assert run.loss.shape == run.step.shape
    assert run.final[0] == run.parameters[0][-1]


def test_recording_changes_nothing_but_the_rows():
    options = {"steps": 50, "learning_rate": 0.1, "batch_size": 8}
    every_step = training.train(line, [START], datasets.yogurt(), record_every=1, **options)
    for record_every in (3, 49, 50, None):
        run = training.train(line, [START], datasets.yogurt(), record_every=record_every, **options)
        np.testing.assert_array_equal(run.parameters[0], every_step.parameters[0][run.step - 1])
        np.testing.assert_array_equal(run.loss, every_step.loss[run.step - 1])


def test_the_recorded_loss_is_that_of_all_data_after_the_update():
    data = datasets.yogurt()
    run = training.train(line, [START], data, steps=30, learning_rate=0.1, batch_size=8, record_every=4)
    residuals = data.x @ run.parameters[0] - data.y
    # A mean of 32 non-negative terms: some ulp.
    np.testing.assert_allclose(run.loss, (residuals**2).mean(axis=(1, 2)), rtol=1e-13)


@pytest.mark.parametrize("jit", [True, False])
@pytest.mark.parametrize("batch_size", [1, 3, 12, None])
def test_batches_are_consecutive_rows_and_every_example_is_seen_equally_often(batch_size, jit):
    run = training.train(
        visits, [np.zeros(12)], [np.eye(12)], steps=24, learning_rate=1, batch_size=batch_size, record_every=1, jit=jit
    )
    seen = -run.parameters[0]
    size = batch_size or 12
    for t, counts in enumerate(np.diff(seen, axis=0, prepend=0)):
        assert np.flatnonzero(counts).tolist() == sorted((t * size + i) % 12 for i in range(size))
    assert (seen[-1] == 24 * size // 12).all()


def test_no_batch_size_means_all_examples():
    data = datasets.yogurt()
    options = {"steps": 10, "learning_rate": 0.1}
    left_out = training.train(line, [START], data, **options)
    assert left_out.final[0].tolist() == training.train(line, [START], data, batch_size=32, **options).final[0].tolist()


def softmax_regression(parameters, x, labels):
    weights, bias = parameters
    return losses.softmax_cross_entropy(labels, x @ weights + bias)


def test_trains_several_parameters_on_integer_labels_as_numpy_does():
    random = np.random.RandomState(3)
    x, labels = random.randn(12, 4), random.randint(0, 3, 12)
    weights, bias = random.randn(4, 3), np.zeros(3)
    run = training.train(
        softmax_regression, [weights, bias], [x, labels], steps=60, learning_rate=0.3, batch_size=6, record_every=59
    )
    for t in range(60):
        rows = slice(t % 2 * 6, t % 2 * 6 + 6)
        e = np.exp(x[rows] @ weights + bias)
        slope = (e / e.sum(axis=1, keepdims=True) - np.eye(3)[labels[rows]]) / 6
        weights, bias = weights - 0.3 * x[rows].T @ slope, bias - 0.3 * slope.sum(axis=0)
    assert [values.shape for values in run.parameters] == [(2, 4, 3), (2, 3)]
    # A convex problem: roundings of 1e-16 do not grow, sixty steps add up to far less than 1e-12.
    np.testing.assert_allclose(run.final[0], weights, rtol=0, atol=1e-12)
    np.testing.assert_allclose(run.final[1], bias, rtol=0, atol=1e-12)


@dataclass(frozen=True)
class Momentum:
    """A rule with a memory that also uses the step, for this test only."""

    beta: float

    def initial_slots(self, parameter):
        return (tf.zeros_like(parameter),)

    def __call__(self, parameter, gradient, slots, learning_rate, step):
        velocity = self.beta * slots[0] + gradient + tf.cast(step, parameter.dtype)
        return parameter - learning_rate * velocity, (velocity,)


def test_hands_an_optimizer_its_slots_and_the_step_counted_from_0():
    start = [np.float64(5), np.array([1.0, -2.0])]

    def two(parameters):
        return bowl(parameters) + tf.reduce_sum(parameters[1] ** 2)

    run = training.train(two, start, steps=30, learning_rate=0.02, optimizer=Momentum(0.5), record_every=1)
    for w, slope, visited in zip(start, [lambda w: 2 * (w + 1), lambda w: 2 * w], run.parameters, strict=True):
        velocity = np.zeros_like(w)
        for t in range(30):
            velocity = 0.5 * velocity + slope(w) + t
            w = w - 0.02 * velocity
            np.testing.assert_allclose(visited[t], w, rtol=1e-13, atol=1e-13)  # thirty steps on numbers of size 30


@pytest.mark.parametrize("jit", [True, False])
def test_calling_twice_gives_the_same_arrays_and_changes_no_input(jit):
    data, w = datasets.yogurt(), tf.Variable(START)
    before = data.x.copy(), data.y.copy()
    first, second = (
        training.train(line, [w], data, steps=25, learning_rate=0.1, batch_size=8, record_every=5, jit=jit)
        for _ in range(2)
    )
    for one, two in zip(
        (first.step, first.loss, *first.parameters), (second.step, second.loss, *second.parameters), strict=True
    ):
        np.testing.assert_array_equal(one, two)
    np.testing.assert_array_equal(w, START)
    np.testing.assert_array_equal(data.x, before[0])
    np.testing.assert_array_equal(data.y, before[1])


def test_takes_python_numbers_as_float32():
    run = training.train(bowl, [5.0], steps=1, learning_rate=0.25)
    assert run.final[0].dtype == np.float32
    assert run.final[0] == 2
