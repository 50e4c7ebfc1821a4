"""Classic results: listings ``opt4_4`` and ``opt4_5`` in ``training.train`` equal TF1-style graphs, step by step."""

import numpy as np
import pytest

from nnopt_course import training
from nnopt_course._tensorflow import tf
from nnopt_course.schedules import ExponentialDecay

v1 = tf.compat.v1
STEPS, RATES = 40, (0.2, 1.0, 0.001, 0.0001)
BASE, DECAY_STEPS, DECAY_RATE = 0.1, 1, 0.99


def parabola(parameters):
    return (parameters[0] + 1) ** 2


def run_as_in_tf1(rate=None, *, ticking=True):
    """Return w, loss and rate after each update, as the listings read them: each in a run of its own, afterwards."""
    with tf.Graph().as_default():
        global_step = v1.Variable(0, trainable=False)
        if rate is None:
            rate = v1.train.exponential_decay(BASE, global_step, DECAY_STEPS, DECAY_RATE, staircase=True)
        w = v1.Variable(tf.constant(5, dtype=tf.float32))
        loss = tf.square(w + 1)
        optimizer = v1.train.GradientDescentOptimizer(rate)
        train_step = optimizer.minimize(loss, global_step=global_step if ticking else None)
        rows = []
        with v1.Session() as session:
            session.run(v1.global_variables_initializer())
            for _ in range(STEPS):
                session.run(train_step)
                rows.append([session.run(value) for value in (w, loss, tf.convert_to_tensor(rate))])
    return np.array(rows).T


def run_with_train(rate, dtype, jit=True):
    return training.train(parabola, [dtype(5)], steps=STEPS, learning_rate=rate, record_every=1, jit=jit)


@pytest.mark.parametrize("jit", [True, False], ids=["jit", "plain"])
@pytest.mark.parametrize("rate", RATES)
def test_opt4_4_equals_the_graph_at_every_rate(rate, jit):
    w, loss, _ = run_as_in_tf1(rate)
    run = run_with_train(rate, np.float32, jit)
    # An update rounds twice, or once where the compiler fuses; ulps of a float32 below 8 are 5e-7, of 36 are 4e-6.
    np.testing.assert_allclose(run.parameters[0], w, rtol=0, atol=4e-6)
    np.testing.assert_allclose(run.loss, loss, rtol=0, atol=5e-5)


@pytest.mark.parametrize("jit", [True, False], ids=["jit", "plain"])
def test_opt4_4_prints_the_published_first_step(jit):
    run = run_with_train(0.2, np.float32, jit)
    assert f"w is {run.parameters[0][0]:f}, loss is {run.loss[0]:f}" == "w is 2.600000, loss is 12.959999"
    w, loss, _ = run_as_in_tf1(0.2)
    assert f"w is {w[0]:f}, loss is {loss[0]:f}" == "w is 2.600000, loss is 12.959999"


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_opt4_4_at_rate_1_alternates_exactly(dtype):
    run = run_with_train(1.0, dtype)
    assert run.parameters[0].tolist() == [-7, 5] * 20
    assert run.loss.tolist() == [36] * 40
    assert run_as_in_tf1(1.0)[:2].tolist() == [[-7, 5] * 20, [36] * 40]


@pytest.mark.parametrize(("rate", "printed"), [(0.2, -1.0), (0.001, 4.538256), (0.0001, 4.952183)])
def test_opt4_4_ends_where_the_closed_form_says(rate, printed):
    exact = 6 * (1 - 2 * rate) ** STEPS - 1
    assert float(run_with_train(rate, np.float64).final[0]) == pytest.approx(exact, rel=1e-14)
    # In float32, 40 small updates near 5 each lose up to half an ulp, 2.4e-7; the listing prints what is left.
    assert run_as_in_tf1(rate)[0][-1] == pytest.approx(exact, abs=1e-5)
    assert run_as_in_tf1(rate)[0][-1] == pytest.approx(printed, abs=1e-6)


def opt4_5():
    return ExponentialDecay(BASE, DECAY_STEPS, DECAY_RATE, staircase=True)


@pytest.mark.parametrize("jit", [True, False], ids=["jit", "plain"])
def test_opt4_5_equals_the_graph(jit):
    w, loss, rates = run_as_in_tf1()
    run = run_with_train(opt4_5(), np.float32, jit)
    np.testing.assert_allclose(run.parameters[0], w, rtol=0, atol=2e-6)
    np.testing.assert_allclose(run.loss, loss, rtol=0, atol=2e-5)
    # The graph's rate is read after the update, so it is that of the next one.
    np.testing.assert_allclose([opt4_5()(step) for step in range(1, STEPS + 1)], rates, rtol=1e-6)
    np.testing.assert_allclose(run.learning_rate[1:], rates[:-1], rtol=1e-6)


def test_opt4_5_prints_the_published_end():
    run = run_with_train(opt4_5(), np.float64)
    assert f"{run.final[0]:.6f} {opt4_5()(STEPS):.6f}" == "-0.995731 0.066897"
    w, _, rates = run_as_in_tf1()
    assert f"{w[-1]:.6f} {rates[-1]:.6f}" == "-0.995731 0.066897"


def test_without_global_step_the_clock_of_the_graph_never_ticks():
    w, _, rates = run_as_in_tf1(ticking=False)
    assert set(rates.tolist()) == {np.float32(BASE)}
    constant = run_with_train(BASE, np.float64)
    assert f"{w[-1]:.6f}" == f"{constant.final[0]:.6f}" == "-0.999202"
