"""The losses inside ``tf.function``: the same values, plain and compiled, and shapes known only at run time."""

from functools import partial

import numpy as np
import pytest

from nnopt_course import losses
from nnopt_course._tensorflow import tf

RANDOM = np.random.RandomState(1)
LABELS = RANDOM.randint(0, 4, 6).astype(np.int32)
ANSWERS, OUTPUTS = 3 * RANDOM.randn(2, 6, 4)
P, Q = RANDOM.dirichlet(np.ones(4), (2, 6))

ids = tf.TensorSpec([None], tf.int32)
rows = tf.TensorSpec([None, None], tf.float64)
anything = tf.TensorSpec(None, tf.float64)
CASES = {
    "mse": (losses.mean_squared_error, rows, ANSWERS, OUTPUTS),
    "cross_entropy": (losses.cross_entropy, rows, P, Q),
    "softmax": (losses.softmax_cross_entropy, ids, LABELS, OUTPUTS),
    "asymmetric": (partial(losses.asymmetric_loss, cost=1, profit=9), rows, ANSWERS, OUTPUTS),
}


@pytest.fixture(scope="module")
def graph():
    """Return a function that gives the loss of a name as a graph with unknown sizes, traced once."""
    traced = {}

    def of(name, jit=False):
        loss, first, *_ = CASES[name]
        if (name, jit) not in traced:
            traced[name, jit] = tf.function(loss, input_signature=[first, rows], jit_compile=jit)
        return traced[name, jit]

    return of


@pytest.mark.parametrize("name", CASES)
def test_a_graph_of_unknown_sizes_computes_what_eager_does(name, graph):
    loss, _, y_true, outputs = CASES[name]
    for size in (1, 3, 6):
        expected = float(loss(y_true[:size], outputs[:size]))
        assert float(graph(name)(y_true[:size], outputs[:size])) == expected  # the same kernels, so the same bits


@pytest.mark.parametrize("name", CASES)
def test_a_compiled_graph_computes_what_eager_does(name, graph):
    loss, _, y_true, outputs = CASES[name]
    # XLA sums in another order and has its own exp and log: some ulp of a float64.
    assert float(graph(name, jit=True)(y_true, outputs)) == pytest.approx(float(loss(y_true, outputs)), rel=1e-12)


@pytest.mark.parametrize("jit", [False, True])
@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize(("true_size", "pred_size"), [(2, 3), (1, 3), (3, 1)])
def test_sizes_that_turn_out_to_differ_raise(name, jit, true_size, pred_size, graph):
    _, _, y_true, outputs = CASES[name]
    with pytest.raises(tf.errors.InvalidArgumentError):
        graph(name, jit)(y_true[:true_size], outputs[:pred_size])


@pytest.mark.parametrize("name", CASES)
def test_a_batch_that_turns_out_to_be_empty_has_mean_nan_and_sum_zero(name, graph):
    _, _, y_true, outputs = CASES[name]
    expected = 0.0 if name == "asymmetric" else np.nan
    np.testing.assert_equal(float(graph(name)(y_true[:0], outputs[:0])), expected)


@pytest.mark.parametrize("known", [0, 1])
def test_a_size_that_only_one_side_knows_is_compared_when_it_runs(known):
    specs, sizes = [rows, rows], [3, 3]
    specs[known], sizes[known] = tf.TensorSpec([1, 4], tf.float64), 1
    function = tf.function(losses.mean_squared_error, input_signature=specs)
    with pytest.raises(tf.errors.InvalidArgumentError):
        function(ANSWERS[: sizes[0]], OUTPUTS[: sizes[1]])


@pytest.mark.parametrize("specs", [(anything, anything), (anything, rows), (rows, anything)])
@pytest.mark.parametrize("name", ["mse", "cross_entropy", "asymmetric"])
def test_an_unknown_number_of_axes_is_refused_while_tracing(name, specs):
    function = tf.function(CASES[name][0], input_signature=specs)
    with pytest.raises(ValueError, match=r"of unknown rank.*the number of axes must be known"):
        function(ANSWERS, OUTPUTS)


@pytest.mark.parametrize("unknown", [0, 1])
def test_softmax_cross_entropy_refuses_an_unknown_number_of_axes_while_tracing(unknown):
    specs = [ids, rows]
    specs[unknown] = tf.TensorSpec(None, specs[unknown].dtype)
    function = tf.function(losses.softmax_cross_entropy, input_signature=specs)
    with pytest.raises(ValueError, match=r"must have shapes \(N,\) and \(N, K\), got .*of unknown rank"):
        function(LABELS, OUTPUTS)


@pytest.mark.parametrize("name", CASES)
def test_sizes_known_while_tracing_are_refused_while_tracing(name):
    loss, _, y_true, outputs = CASES[name]
    with pytest.raises(ValueError, match="must have"):
        tf.function(loss).get_concrete_function(tf.constant(y_true[:1]), tf.constant(outputs))


@pytest.mark.parametrize("jit", [False, True])
@pytest.mark.parametrize("outside", [-1, 4, 2**31 - 1, -(2**31)])
def test_a_class_id_out_of_range_makes_the_loss_nan_in_a_graph(jit, outside, graph):
    wrong = LABELS.copy()
    wrong[2] = outside
    assert np.isnan(graph("softmax", jit)(wrong, OUTPUTS))
