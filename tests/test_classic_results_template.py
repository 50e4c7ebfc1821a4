"""Listing ``opt4_8``: the template equals a TF1-style graph from the same start, and its results have these ranges.

The listing draws its start without a seed, so it has no published digits. What it always shows is tested instead.
"""

from dataclasses import replace

import numpy as np
import pytest

from nnopt_course._tensorflow import tf
from nnopt_course.template.backward import backward
from nnopt_course.template.settings import Settings

LISTING = Settings()
FIRST_STEPS = 400  # forty stairs of the schedule


def start():
    random = np.random.RandomState(0)
    return [random.randn(2, 11), np.full(11, 0.01), random.randn(11, 1), np.full(1, 0.01)]


def run_graph(*, clock_ticks):
    """Return the parameters, the loss and the rate after some updates of the listing, run as in TensorFlow 1."""
    v1 = tf.compat.v1
    random = np.random.RandomState(2)
    points = random.randn(300, 2)
    labels = np.array([[float(x0 * x0 + x1 * x1 < 2)] for x0, x1 in points])

    def number(value):  # TF1 takes Python numbers as float32, and 0.999 in float32 is off by 1e-8
        return tf.constant(value, tf.float64)

    with tf.Graph().as_default():
        x = v1.placeholder(tf.float64, shape=(None, 2))
        y_ = v1.placeholder(tf.float64, shape=(None, 1))
        w1, b1, w2, b2 = variables = [v1.Variable(value) for value in start()]
        y = tf.matmul(tf.nn.relu(tf.matmul(x, w1) + b1), w2) + b2
        global_step = v1.Variable(0, trainable=False)
        rate = v1.train.exponential_decay(number(0.001), global_step, 300 / 30, number(0.999), staircase=True)
        for w in (w1, w2):
            v1.add_to_collection("losses", number(0.01) * tf.nn.l2_loss(w))  # contrib's l2_regularizer(0.01)
        loss_total = tf.reduce_mean(tf.square(y - y_)) + tf.add_n(v1.get_collection("losses"))
        adam = v1.train.AdamOptimizer(rate, beta1=number(0.9), beta2=number(0.999), epsilon=number(1e-8))
        train_step = adam.minimize(loss_total, global_step=global_step if clock_ticks else None)
        with v1.Session() as session:
            session.run(v1.global_variables_initializer())
            for i in range(FIRST_STEPS):
                rows = slice(i * 30 % 300, i * 30 % 300 + 30)
                session.run(train_step, feed_dict={x: points[rows], y_: labels[rows]})
            return session.run([variables, loss_total, rate], feed_dict={x: points, y_: labels})


@pytest.mark.parametrize("clock_ticks", [True, False], ids=["clock ticks", "clock stuck"])
def test_the_template_equals_the_graph(clock_ticks):
    parameters, loss, rate = run_graph(clock_ticks=clock_ticks)
    run = backward(replace(LISTING, steps=FIRST_STEPS, decay=clock_ticks))
    # 400 updates of numbers around 1 in double precision; measured 5e-16.
    for got, want in zip(run.parameters, parameters, strict=True):
        np.testing.assert_allclose(got, want, rtol=0, atol=1e-12)
    assert run.history.loss[-1] == pytest.approx(loss, abs=1e-12)
    assert rate == pytest.approx(0.001 * 0.999**40 if clock_ticks else 0.001, rel=1e-12)  # of the next update
    assert run.history.learning_rate[-1] == pytest.approx(0.001 * 0.999**39 if clock_ticks else 0.001, rel=1e-12)


@pytest.fixture(scope="module", params=[True, False], ids=["clock ticks", "clock stuck"])
def finals(request):
    """Return whether the clock ticks, and (loss with penalty, loss held out, share right held out) of ten starts."""
    random = np.random.RandomState(2)
    random.randn(300, 2)
    fresh = random.randn(1000, 2)
    is_red = (fresh**2).sum(axis=1) < 2
    rows = []
    for seed in range(10):
        run = backward(replace(LISTING, seed=seed, decay=request.param))
        w1, b1, w2, b2 = run.parameters
        answer = (np.maximum(fresh @ w1 + b1, 0) @ w2 + b2)[:, 0]
        rows.append([run.history.loss[-1], np.mean((answer - is_red) ** 2), np.mean((answer > 0.5) == is_red)])
    return request.param, np.transpose(rows)


def test_ten_starts_end_in_these_ranges(finals):
    clock_ticks, (loss, held_out, right) = finals
    # Measured with SSE4.2, AVX2 and AVX-512, and from starts changed by 1e-13. With the clock stuck roundings grow: a
    # start or two then moves by 0.0001 in the loss and 0.005 in the share. The ranges leave room for that.
    lowest, highest = (0.085, 0.115) if clock_ticks else (0.085, 0.096)
    assert lowest < loss.min() and loss.max() < highest
    assert 0.068 < held_out.min() and held_out.max() < 0.080
    assert 0.93 < right.min() and right.max() < 0.97  # always red would be 0.63


def test_the_digits_of_the_fixed_clock_travel(finals):
    clock_ticks, (loss, held_out, right) = finals
    if clock_ticks:
        found = [(round(each.min(), 4), round(each.max(), 4)) for each in (loss, held_out, right)]
        assert found == [(0.0897, 0.1106), (0.0702, 0.0767), (0.943, 0.963)]
