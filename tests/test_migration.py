"""Each idiom of TensorFlow 1 on the migration page, run as a graph, equals its form of today."""

import ast
import operator
import subprocess
import sys
import textwrap
from pathlib import Path

import keras
import matplotlib.pyplot as plt
import numpy as np
import pytest

from nnopt_course import datasets, losses, network
from nnopt_course._tensorflow import tf
from nnopt_course.regularizers import L1, HalfL2, kernel_penalty
from nnopt_course.training import train

v1 = tf.compat.v1

RANDOM = np.random.RandomState(3)
X, W, B = RANDOM.randn(6, 3), RANDOM.randn(3, 2), RANDOM.randn(2)
EPS32 = float(np.finfo(np.float32).eps)


def run_graph(build, arrays=(), dtype=tf.float64):
    """Return what ``build`` fetches, given a placeholder of any number of rows for each array."""
    with tf.Graph().as_default(), v1.Session() as session:
        placeholders = [v1.placeholder(dtype, (None, *array.shape[1:])) for array in arrays]
        fetches = build(*placeholders)
        session.run(v1.global_variables_initializer())
        return session.run(fetches, dict(zip(placeholders, arrays, strict=True)))


# Running ------------------------------------------------------------------------------------------------------------


def test_a_placeholder_is_an_argument():
    def weighted(x):
        return tf.matmul(x, tf.constant(W))

    np.testing.assert_array_equal(run_graph(weighted, [X]), tf.function(weighted)(X))


def test_a_feed_is_cast_without_a_word_and_an_argument_is_not():
    def weighted(x):
        return tf.matmul(x, tf.constant(W, tf.float32))

    assert X.dtype == np.float64
    fed = run_graph(weighted, [X], tf.float32)
    assert fed.dtype == np.float32
    np.testing.assert_array_equal(fed, weighted(tf.cast(X, tf.float32)))
    for function in (weighted, tf.function(weighted)):
        with pytest.raises((tf.errors.InvalidArgumentError, TypeError, ValueError), match=r"float|double"):
            function(X)


def test_an_uninitialized_graph_variable_fails_and_an_eager_one_has_its_value():
    with tf.Graph().as_default(), v1.Session() as session:
        w = v1.Variable(5.0)
        with pytest.raises(tf.errors.FailedPreconditionError):
            session.run(w)
        session.run(v1.global_variables_initializer())
        assert session.run(w) == 5
    assert float(tf.Variable(5.0)) == 5


def test_a_second_session_starts_anew_and_a_second_loop_goes_on():
    found = []
    with tf.Graph().as_default():
        w = v1.Variable(5.0)
        train_step = v1.train.GradientDescentOptimizer(0.25).minimize(tf.square(w + 1))
        for _ in range(2):
            with v1.Session() as session:
                session.run(v1.global_variables_initializer())
                session.run(train_step)
                found.append(float(session.run(w)))
    assert found == [2, 2]
    w = tf.Variable(5.0)
    for expected in (2, 0.5):
        w.assign_sub(0.25 * 2 * (w + 1))
        assert float(w) == expected


def test_an_old_program_runs_through_compat_v1():
    program = """
        from nnopt_course import datasets
        import tensorflow.compat.v1 as tf
        tf.disable_v2_behavior()
        X, Y = datasets.yogurt()
        x, y_ = tf.placeholder(tf.float32, (None, 2)), tf.placeholder(tf.float32, (None, 1))
        w1 = tf.Variable(tf.random_normal([2, 1], stddev=1, seed=1))
        loss = tf.reduce_mean(tf.square(y_ - tf.matmul(x, w1)))
        train_step = tf.train.GradientDescentOptimizer(0.001).minimize(loss)
        with tf.Session() as session:
            session.run(tf.global_variables_initializer())
            session.run(train_step, feed_dict={x: X[:8], y_: Y[:8]})
            print(session.run(w1).ravel())
    """
    command = [sys.executable, "-W", "ignore", "-c", textwrap.dedent(program)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    printed = np.array(done.stdout.splitlines()[-1].strip("[]").split(), float)
    np.testing.assert_allclose(printed, [-0.80974597, 1.4852903], rtol=0, atol=2e-7)  # the listing's first row


def test_assign_in_a_graph_waits_for_a_run_and_eagerly_happens_at_once():
    with tf.Graph().as_default(), v1.Session() as session:
        w = v1.Variable(0.0)
        set_w = v1.assign(w, 1.0)
        session.run(v1.global_variables_initializer())
        assert session.run(w) == 0
        session.run(set_w)
        assert session.run(w) == 1
    w = tf.Variable(0.0)
    w.assign(1.0)
    assert float(w) == 1


# The forward pass ---------------------------------------------------------------------------------------------------


def test_matmul_is_the_at_sign_and_the_star_is_something_else():
    np.testing.assert_array_equal(run_graph(lambda x: tf.matmul(x, W), [X]), tf.constant(X) @ W)
    square = X[:2, :2], W[:2]
    np.testing.assert_allclose(tf.matmul(*square), square[0] @ square[1], rtol=1e-14)
    assert tf.multiply(*square).shape == (2, 2)  # no error where the shapes happen to fit
    assert np.abs(tf.multiply(*square) - square[0] @ square[1]).max() > 0.1
    with pytest.raises(tf.errors.InvalidArgumentError):
        tf.multiply(X, W)


def test_the_network_of_get_weight_and_get_bias_is_a_list_of_arrays():
    values = network.initial_parameters((3, 5, 2), seed=0, initializer="notes")
    assert [v.tolist() for v in values[1::2]] == [[0.01] * 5, [0.01] * 2]

    def forward(x):
        w1, b1, w2, b2 = (v1.Variable(value) for value in values)
        return tf.matmul(tf.nn.relu(tf.matmul(x, w1) + b1), w2) + b2

    graph = run_graph(forward, [X])
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(5, "relu"), keras.layers.Dense(2)])
    model.set_weights(values)
    assert isinstance(model.layers[0].kernel_initializer, keras.initializers.GlorotUniform)  # if nothing is handed over
    assert isinstance(model.layers[0].bias_initializer, keras.initializers.Zeros)
    # A few products of numbers around 1 each, in double and in single precision.
    np.testing.assert_allclose(network.dense(values, X), graph, rtol=0, atol=1e-14)
    np.testing.assert_allclose(model(X.astype(np.float32)), graph, rtol=0, atol=50 * EPS32)


# Losses -------------------------------------------------------------------------------------------------------------


def test_reduce_mean_of_square_is_the_mean_squared_error():
    y_, y = X, X[::-1].copy()
    graph = run_graph(lambda y, y_: tf.reduce_mean(tf.square(y - y_)), [y, y_])
    assert float(losses.mean_squared_error(y_, y)) == pytest.approx(graph, rel=1e-14)
    assert float(keras.losses.MeanSquaredError(dtype="float64")(y_, y)) == pytest.approx(graph, rel=1e-14)


def softmax(z):
    return np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)


def test_the_clip_form_is_the_cross_entropy_divided_by_the_number_of_classes():
    p, q = np.eye(3)[[0, 2, 1, 1, 0, 2]], softmax(X)
    graph = run_graph(lambda p, q: -tf.reduce_mean(p * tf.math.log(tf.clip_by_value(q, 1e-12, 1.0))), [p, q])
    assert float(losses.cross_entropy(p, q)) / 3 == pytest.approx(graph, rel=1e-14)
    theirs = keras.losses.CategoricalCrossentropy(dtype="float64")(p, q)
    assert float(theirs) / 3 == pytest.approx(graph, rel=1e-12)  # Keras normalizes the rows once more


def test_argmax_and_sparse_softmax_are_one_loss_of_class_ids():
    ids = np.array([0, 2, 1, 1, 0, 2])

    def old(logits, one_hot):
        labels = tf.argmax(one_hot, 1)
        return tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(logits=logits, labels=labels))

    graph = run_graph(old, [X, np.eye(3)[ids]])
    assert float(losses.softmax_cross_entropy(ids, X)) == pytest.approx(graph, rel=1e-14)
    theirs = keras.losses.SparseCategoricalCrossentropy(from_logits=True, dtype="float64")(ids, X)
    assert float(theirs) == pytest.approx(graph, rel=1e-12)
    # With one column there is one class: argmax is 0 for every label, and the loss is 0 whatever the logit.
    assert run_graph(old, [X[:, :1], np.array([[0.0], [1], [1], [0], [1], [0]])]) == 0


def test_where_and_greater_are_the_asymmetric_loss_with_its_gradient():
    y_, y = X[:, :1], X[:, 1:2].copy()
    y[0] = y_[0]  # a perfect forecast, where the loss has a corner

    def old(y, y_):
        loss = tf.reduce_sum(tf.where(tf.greater(y, y_), (y - y_) * 1, (y_ - y) * 9))
        return loss, v1.gradients(loss, y)[0]

    value, slope = run_graph(old, [y, y_])
    forecast = tf.Variable(y)
    with tf.GradientTape() as tape:
        loss = losses.asymmetric_loss(y_, forecast, cost=1, profit=9)
    assert float(loss) == pytest.approx(value, rel=1e-14)
    np.testing.assert_array_equal(tape.gradient(loss, forecast), slope)


# Training -----------------------------------------------------------------------------------------------------------


def parabola(w):
    return tf.square(w + 1)


def minimize_in_graph(optimizer, steps, start=5.0, loss=parabola, clock=None):
    """Return the weight after each update, starting at ``start``; ``optimizer`` is made inside the graph."""
    with tf.Graph().as_default(), v1.Session() as session:
        w = v1.Variable(tf.constant(start, tf.float64))
        clock = v1.Variable(0, trainable=False)
        train_step = optimizer(clock).minimize(loss(w), global_step=clock)
        session.run(v1.global_variables_initializer())
        return [session.run([train_step, w.read_value()]) and session.run(w) for _ in range(steps)]


def minimize_with_keras(optimizer, steps, start=5.0, loss=parabola):
    w, path = tf.Variable(start, dtype=tf.float64), []
    for _ in range(steps):
        with tf.GradientTape() as tape:
            value = loss(w)
        optimizer.apply([tape.gradient(value, w)], [w])
        path.append(w.numpy())
    return path


def test_minimize_is_a_tape_and_apply():
    graph = minimize_in_graph(lambda clock: v1.train.GradientDescentOptimizer(0.25), 40)
    np.testing.assert_array_equal(minimize_with_keras(keras.optimizers.SGD(0.25), 40), graph)


def test_adam_is_adam_only_with_the_epsilon_of_tf1():
    graph = minimize_in_graph(lambda clock: v1.train.AdamOptimizer(0.125), 40)
    ported = minimize_with_keras(keras.optimizers.Adam(0.125, epsilon=1e-8), 40)
    # Both round beta_2 to float32, each at another place: 1.3e-5 of 1 - beta_2, in 40 steps of 0.125. Measured 2.2e-5.
    np.testing.assert_allclose(ported, graph, rtol=0, atol=1e-4)

    def tiny(w):  # a gradient of 1e-6
        return 1e-6 * w

    step = 5 - minimize_in_graph(lambda clock: v1.train.AdamOptimizer(0.125), 1, loss=tiny)[0]
    same = 5 - minimize_with_keras(keras.optimizers.Adam(0.125, epsilon=1e-8), 1, loss=tiny)[0]
    default = 5 - minimize_with_keras(keras.optimizers.Adam(0.125), 1, loss=tiny)[0]
    assert same == pytest.approx(step, rel=1e-4)
    root = np.sqrt(0.001)  # of 1 - beta_2: the first step is rate * g / (g + epsilon / root)
    assert step / 0.125 == pytest.approx(1e-6 / (1e-6 + 1e-8 / root), abs=0.001)  # 0.760
    assert default / 0.125 == pytest.approx(1e-6 / (1e-6 + 1e-7 / root), abs=0.001)  # 0.240


def test_global_step_is_the_iterations_of_the_optimizer():
    def old(clock):
        return v1.train.GradientDescentOptimizer(v1.train.exponential_decay(0.1, clock, 1, 0.99, staircase=True))

    graph = minimize_in_graph(old, 40)
    sgd = keras.optimizers.SGD(keras.optimizers.schedules.ExponentialDecay(0.1, 1, 0.99, staircase=True))
    np.testing.assert_allclose(minimize_with_keras(sgd, 40), graph, rtol=0, atol=1e-6)  # rates are float32 in both
    assert int(sgd.iterations) == 40
    assert f"{graph[-1]:.6f}" == "-0.995731"


def test_trainable_variables_are_those_of_the_graph_or_of_one_model():
    with tf.Graph().as_default():
        first = [v1.Variable(W), v1.Variable(B)]
        v1.Variable(0, trainable=False)
        assert v1.trainable_variables() == first
        second = v1.Variable(W)
        assert v1.trainable_variables() == [*first, second]
    models = [keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)]) for _ in range(2)]
    assert [v.shape for v in models[0].trainable_variables] == [(3, 2), (2,)]
    assert not {id(v) for v in models[0].trainable_variables} & {id(v) for v in models[1].trainable_variables}


def batches_of(size, steps):
    """Return the sums of batches that ``train`` uses: with slope -sum, rate 1 and start 0 they are its moves."""

    def loss(parameters, x):
        return -parameters[0] * tf.reduce_sum(x)

    rows = np.arange(32.0)
    run = train(loss, [np.float64(0)], (rows,), steps=steps, learning_rate=1.0, batch_size=size, record_every=1)
    return np.diff(run.parameters[0], prepend=0).tolist()


def test_the_loop_of_slices_is_train_where_the_batch_divides_the_data():
    def listing(size, steps):
        starts = [i * size % 32 for i in range(steps)]
        return [sum(range(32)[start : start + size]) for start in starts]

    assert batches_of(8, 12) == listing(8, 12)
    # 12 does not divide 32: a slice at the end comes out short, and `train` goes on with the first rows.
    assert [len(range(32)[i * 12 % 32 :][:12]) for i in range(8)] == [12, 12, 8, 12, 12, 4, 12, 12]
    assert batches_of(12, 3)[:2] == listing(12, 3)[:2]
    assert batches_of(12, 3)[2] == listing(12, 3)[2] + sum(range(4))


# Penalties ----------------------------------------------------------------------------------------------------------


def l1_regularizer(scale):
    """Return what ``tf.contrib.layers`` returned, by its documentation: tf.contrib itself is gone."""
    return (lambda w: scale * tf.reduce_sum(tf.abs(w))) if scale else (lambda w: None)


def l2_regularizer(scale):
    return (lambda w: scale * tf.nn.l2_loss(w)) if scale else (lambda w: None)  # l2_loss is sum(w ** 2) / 2


@pytest.mark.parametrize(
    ("old", "ours", "regularizer"),
    [
        (l1_regularizer, L1(0.01), keras.regularizers.L1(0.01)),
        (l2_regularizer, HalfL2(0.01), keras.regularizers.L2(0.005)),
    ],
    ids=["l1", "l2"],
)
def test_the_collection_of_penalties_is_a_sum_that_you_write(old, ours, regularizer):
    values = [W, B, W.T[:, :2], B]

    def graph():
        weights = [v1.Variable(value) for value in values[::2]]
        for w in weights:
            v1.add_to_collection("losses", old(0.01)(w))
        return tf.add_n(v1.get_collection("losses"))

    total = run_graph(graph)
    assert float(kernel_penalty(ours, values)) == pytest.approx(total, rel=1e-14)
    dense = [keras.layers.Dense(w.shape[1], kernel_regularizer=regularizer) for w in values[::2]]
    model = keras.Sequential([keras.Input((3,)), *dense])
    model.set_weights(values)
    assert float(sum(model.losses)) == pytest.approx(total, rel=10 * EPS32)


def test_a_collection_that_holds_the_penalty_of_strength_0_cannot_be_added_up():
    def graph():
        v1.add_to_collection("losses", l2_regularizer(0.0)(v1.Variable(W)))
        return tf.add_n(v1.get_collection("losses"))

    with pytest.raises(ValueError):
        run_graph(graph)
    assert float(kernel_penalty(HalfL2(0.0), [W])) == 0


# Pictures, files, Python --------------------------------------------------------------------------------------------


def test_a_grid_goes_through_the_network_and_back_into_its_shape():
    parameters = [RANDOM.randn(2, 1), RANDOM.randn(1)]
    xx, yy = np.mgrid[-3:3:0.5, -2:2:0.5]
    assert xx.shape == (12, 8) and xx[-1, 0] == 2.5  # the end is left out
    grid = np.c_[xx.ravel(), yy.ravel()]
    probs = run_graph(lambda x: tf.matmul(x, parameters[0]) + parameters[1], [grid]).reshape(xx.shape)
    np.testing.assert_allclose(network.dense(parameters, grid).numpy().reshape(xx.shape), probs, rtol=0, atol=1e-14)
    (a, b), c = parameters[0][:, 0], parameters[1][0]
    assert probs[3, 5] == pytest.approx(a * -1.5 + b * 0.5 + c, rel=1e-12)  # row 3: x is -1.5; column 5: y is 0.5
    np.testing.assert_array_equal(np.meshgrid(np.arange(-3, 3, 0.5), np.arange(-2, 2, 0.5))[0], xx.T)


def test_scatter_and_contour_are_unchanged_and_belong_to_pyplot(style):
    import matplotlib

    assert not hasattr(matplotlib, "scatter") and not callable(matplotlib.contour)
    x, y = datasets.disk()
    plt.scatter(x[:, 0], x[:, 1], c=np.squeeze([["red" if each else "blue"] for each in y[:, 0]]))
    xx, yy = np.mgrid[-3:3:0.01, -3:3:0.01]
    contour = plt.contour(xx, yy, xx**2 + yy**2, levels=[2])
    (path,) = contour.get_paths()
    np.testing.assert_allclose(np.hypot(*path.vertices.T), np.sqrt(2), atol=1e-5)


def test_a_checkpoint_of_a_saver_goes_into_a_model_of_today(tmp_path):
    with tf.Graph().as_default(), v1.Session() as session:
        v1.Variable(W, name="w1")
        v1.Variable(B, name="b1")
        session.run(v1.global_variables_initializer())
        path = v1.train.Saver().save(session, str(tmp_path / "model"), global_step=7, write_meta_graph=False)
    assert Path(path).name == "model-7"
    reader = tf.train.load_checkpoint(path)
    assert sorted(reader.get_variable_to_shape_map()) == ["b1", "w1"]
    model = keras.Sequential([keras.Input((3,), dtype="float64"), keras.layers.Dense(2, dtype="float64")])
    model.set_weights([reader.get_tensor("w1"), reader.get_tensor("b1")])
    np.testing.assert_allclose(model(X), X @ W + B, rtol=0, atol=1e-14)


@pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy keyword")  # save_weights
def test_load_weights_forgets_the_clock_of_an_optimizer_that_is_not_built(tmp_path):
    def compiled():
        model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
        model.compile(keras.optimizers.Adam(0.1), "mse")
        return model

    trained = compiled()
    trained.fit(X, X[:, :2], batch_size=2, verbose=0)
    trained.save_weights(tmp_path / "net.weights.h5")
    for built in (True, False):
        model = compiled()
        if built:
            model.optimizer.build(model.trainable_variables)
            model.load_weights(tmp_path / "net.weights.h5")
        else:
            with pytest.warns(UserWarning, match="Skipping variable loading for optimizer"):
                model.load_weights(tmp_path / "net.weights.h5")
        np.testing.assert_array_equal(model.get_weights()[0], trained.get_weights()[0])
        assert int(model.optimizer.iterations) == (3 if built else 0)


def test_python_3_refuses_the_print_statement_and_divides_to_a_fraction():
    with pytest.raises(SyntaxError, match="Missing parentheses"):
        ast.parse('print "Final w1 is: ", w')
    assert operator.floordiv(300, 32) == 9 and 300 / 32 == 9.375

    # A decay of 1797 / 32 = 56.16 steps has stairs of two lengths.
    def rates(clock):
        return v1.train.exponential_decay(1.0, clock, 1797 / 32, 0.5, staircase=True)

    graph = run_graph(lambda: [rates(tf.constant(step)) for step in range(350)])
    stairs = np.unique(np.round(-np.log2(graph)), return_counts=True)[1]
    assert stairs[:6].tolist() == [57, 56, 56, 56, 56, 56]
