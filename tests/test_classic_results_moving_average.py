"""The classic result of listing ``opt4_6``: the shadow of a weight that is set by hand, in TF1's graph and in ours."""

import numpy as np
import pytest

from nnopt_course import ema, training
from nnopt_course._tensorflow import tf

DECAY = 0.99
PATH = [(0, 1.0), *[(100, 10.0)] * 7]  # (number of updates, weight); the weight starts at 0
PUBLISHED = [0.9, 1.6445453, 2.3281732, 2.955868, 3.532206, 4.061389, 4.547275, 4.9934072]
ATOL = 1e-6  # two ulp of a float32 near 5


@pytest.fixture(scope="module")
def tf1():
    """Return weight and shadow after each step of the listing, written as in TensorFlow 1 and run there."""
    v1, rows = tf.compat.v1, []
    with tf.Graph().as_default():
        w1 = v1.Variable(0, dtype=tf.float32)
        global_step = v1.Variable(0, trainable=False)
        average = v1.train.ExponentialMovingAverage(DECAY, global_step)
        ema_op = average.apply(v1.trainable_variables())
        value, number = v1.placeholder(tf.float32, []), v1.placeholder(tf.int32, [])
        set_w1, set_step = v1.assign(w1, value), v1.assign(global_step, number)
        with v1.Session() as session:
            session.run(v1.global_variables_initializer())
            rows.append(session.run([w1, average.average(w1)]))
            for step, weight in PATH:
                session.run([set_w1, set_step], {value: weight, number: step})
                session.run(ema_op)
                rows.append(session.run([w1, average.average(w1)]))
    return np.array(rows)


def ours(dtype):
    average, found = ema.MovingAverage(DECAY), []
    shadow = average.initial_shadow(dtype(0))
    for step, weight in PATH:
        shadow = average(shadow, dtype(weight), step)
        found.append(float(shadow))
    return found


def test_the_graph_reproduces_the_published_numbers(tf1):
    np.testing.assert_array_equal(tf1[0], [0, 0])
    np.testing.assert_allclose(tf1[1:, 1], PUBLISHED, rtol=0, atol=ATOL)


def test_in_the_graph_the_weight_itself_never_moves(tf1):
    assert tf1[1:, 0].tolist() == [weight for _, weight in PATH]  # "w1 becomes 1.644" is about the shadow


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_our_average_gives_the_published_numbers(dtype, tf1):
    np.testing.assert_allclose(ours(dtype), PUBLISHED, rtol=0, atol=ATOL)
    np.testing.assert_allclose(ours(dtype), tf1[1:, 1], rtol=0, atol=ATOL)


def test_the_trace_is_that_of_the_formula():
    shadow = 0.0
    for (step, weight), found in zip(PATH, ours(np.float64), strict=True):
        d = min(DECAY, (1 + step) / (10 + step))
        shadow = d * shadow + (1 - d) * weight
        assert found == pytest.approx(shadow, rel=1e-14)


def test_weight_average_keeps_the_same_trace(tf1):
    w = tf.Variable(0.0)
    average = ema.WeightAverage([w], ema.MovingAverage(DECAY))
    for (step, weight), (_, shadow) in zip(PATH, tf1[1:], strict=True):
        w.assign(weight)
        average.apply(step)
        assert (float(w), float(average.average(w))) == (weight, pytest.approx(shadow, abs=ATOL))


def test_train_averages_as_the_graph_does():
    """Descend (w - 10)^2 / 2 with rate 0.1 in both, the number of updates as the clock of the average."""

    def bowl(parameters):
        return (parameters[0] - 10) ** 2 / 2

    run = training.train(
        bowl, [np.float32(0)], steps=200, learning_rate=0.1, average=ema.MovingAverage(DECAY), record_every=1
    )
    v1, rows = tf.compat.v1, []
    with tf.Graph().as_default():
        w = v1.Variable(0.0)
        clock = v1.Variable(0, trainable=False)
        train_step = v1.train.GradientDescentOptimizer(0.1).minimize((w - 10) ** 2 / 2)
        average = v1.train.ExponentialMovingAverage(DECAY, clock)
        with tf.control_dependencies([train_step]):
            ema_op = average.apply([w])
        with tf.control_dependencies([ema_op]):
            train_op = v1.assign_add(clock, 1)
        with v1.Session() as session:
            session.run(v1.global_variables_initializer())
            for _ in range(200):
                session.run(train_op)
                rows.append(session.run([w, average.average(w)]))
    found = np.stack([run.parameters[0], run.shadows[0]], axis=1)
    np.testing.assert_allclose(found, rows, rtol=0, atol=1e-5)  # ten ulp of a float32 near 10
