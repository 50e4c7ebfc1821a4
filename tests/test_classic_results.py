"""The classic result: listing ``opt4_1`` in ``training.train`` equals a TF1-style graph, step by step."""

import numpy as np
import pytest

from nnopt_course import datasets, losses, training
from nnopt_course._tensorflow import tf

STEPS, BATCH, RATE, EVERY = 20_000, 8, 0.001, 500
START = np.array([[-0.8113182], [1.4845988]], np.float32)


@pytest.fixture(scope="module")
def tf1():
    """Return the initial weights and the recorded rows of the listing, written as in TensorFlow 1 and run there."""
    v1 = tf.compat.v1
    random = np.random.RandomState(23455)
    x_data = random.rand(32, 2)
    y_data = [[x1 + x2 + (random.rand() / 10.0 - 0.05)] for x1, x2 in x_data]
    with tf.Graph().as_default():
        x = v1.placeholder(tf.float32, shape=(None, 2))
        y_ = v1.placeholder(tf.float32, shape=(None, 1))
        w1 = v1.Variable(v1.random_normal([2, 1], stddev=1, seed=1))
        loss = tf.reduce_mean(tf.square(y_ - tf.matmul(x, w1)))
        train_step = v1.train.GradientDescentOptimizer(RATE).minimize(loss)
        with v1.Session() as session:
            session.run(v1.global_variables_initializer())
            initial, rows = session.run(w1), []
            for i in range(STEPS):
                start = (i * BATCH) % 32
                end = start + BATCH
                session.run(train_step, feed_dict={x: x_data[start:end], y_: y_data[start:end]})
                if i % EVERY == 0:
                    rows.append(session.run(w1))
            return initial, np.array([*rows, session.run(w1)])


@pytest.fixture(scope="module", params=[True, False], ids=["jit", "plain"])
def run(request):
    def opt4_1(parameters, x, y_true):
        return losses.mean_squared_error(y_true, x @ parameters[0])

    return training.train(
        opt4_1,
        [START],
        datasets.yogurt(dtype=np.float32),
        steps=STEPS,
        learning_rate=RATE,
        batch_size=BATCH,
        record_every=EVERY,
        jit=request.param,
    )


def test_the_graph_starts_where_the_course_starts(tf1):
    initial, _ = tf1
    assert initial.tolist() == START.tolist()  # Python's random_normal of the listing, to the last bit


def test_the_graph_reproduces_the_published_numbers(tf1):
    _, rows = tf1
    # Eight printed digits of a float32: half a unit of the last one, and an ulp of 1.5.
    np.testing.assert_allclose(rows[0].ravel(), [-0.80974597, 1.4852903], rtol=0, atol=2e-7)
    np.testing.assert_allclose(rows[-1].ravel(), [0.98019385, 1.0159807], rtol=0, atol=2e-7)


def test_train_prints_the_published_digits(run):
    assert str(run.parameters[0][0].ravel()) == "[-0.80974597  1.4852903 ]"
    assert str(run.final[0].ravel()) == "[0.98019385 1.0159807 ]"


def test_train_equals_the_graph_throughout(run, tf1):
    _, rows = tf1
    assert run.step.tolist() == [*range(1, STEPS, EVERY), STEPS]
    # 2e-6 is the bound of the course; measured 1.2e-7, one ulp of a float32 near 1.
    np.testing.assert_allclose(run.parameters[0], rows, rtol=0, atol=2e-6)
