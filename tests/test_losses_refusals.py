"""What the losses refuse, and what they make of NaN, infinity and classes out of range."""

import math
from functools import partial

import numpy as np
import pytest

from nnopt_course import losses
from nnopt_course._tensorflow import tf

asymmetric_loss = partial(losses.asymmetric_loss, cost=1, profit=9)
pairwise = pytest.mark.parametrize(
    "loss",
    [losses.mean_squared_error, losses.cross_entropy, asymmetric_loss],
    ids=["mse", "cross_entropy", "asymmetric"],
)


@pairwise
@pytest.mark.parametrize(
    ("true_shape", "pred_shape", "stretched"),
    [
        ((4,), (4, 1), (4, 4)),
        ((4, 1), (4,), (4, 4)),
        ((3, 1), (1, 3), (3, 3)),
        ((1, 2), (5, 2), (5, 2)),
        ((), (2,), (2,)),
    ],
)
def test_shapes_that_would_broadcast_are_refused_with_what_broadcasting_would_do(
    loss, true_shape, pred_shape, stretched
):
    with pytest.raises(ValueError) as caught:
        loss(np.ones(true_shape), np.ones(pred_shape))
    assert f"must have the same shape, got {true_shape} and {pred_shape}" in str(caught.value)
    assert f"broadcasting would have stretched both to {stretched}" in str(caught.value)


@pairwise
def test_shapes_that_do_not_broadcast_are_refused(loss):
    with pytest.raises(ValueError, match=r"same shape, got \(3, 2\) and \(4, 2\): these two do not broadcast either"):
        loss(np.ones((3, 2)), np.ones((4, 2)))


@pairwise
@pytest.mark.parametrize("integer", [np.int32, np.int64, np.uint8, np.bool_])
def test_integers_are_refused(loss, integer):
    with pytest.raises(TypeError, match=rf"y_true must have a floating dtype, got {np.dtype(integer).name}.*tf\.cast"):
        loss(np.ones((2, 2), integer), np.ones((2, 2)))
    with pytest.raises(TypeError, match="y_pred must have a floating dtype"):
        loss(np.ones((2, 2)), np.ones((2, 2), integer))


@pairwise
def test_two_floating_dtypes_are_refused(loss):
    with pytest.raises(TypeError, match="y_true and y_pred must have the same dtype, got float32 and float64"):
        loss(np.ones((2, 2), np.float32), np.ones((2, 2)))


@pairwise
def test_a_python_list_takes_the_dtype_of_the_other_value(loss):
    numbers, array = [[0.25, 0.75]], np.array([[0.5, 0.5]])
    for dtype in (np.float16, np.float32, np.float64):
        expected = loss(np.array(numbers, dtype), array.astype(dtype))
        assert expected.dtype == dtype
        assert expected.shape == ()
        assert loss(numbers, array.astype(dtype)).dtype == dtype
        assert loss(numbers, array.astype(dtype)) == expected
        assert loss(numbers, tf.Variable(array, dtype=dtype)) == expected
    assert loss(numbers, numbers).dtype == tf.float32


@pairwise
@pytest.mark.parametrize("shape", [(0, 2), (2, 0)])
def test_an_empty_batch_is_refused(loss, shape):
    with pytest.raises(ValueError, match="y_pred must hold at least one example, got shape"):
        loss(np.ones(shape), np.ones(shape))


@pytest.mark.parametrize("shape", [(4,), (2, 2, 2)])
def test_cross_entropy_wants_one_row_per_example(shape):
    with pytest.raises(ValueError, match=r"must have shape \(N, K\), got \("):
        losses.cross_entropy(np.ones(shape), np.ones(shape))


@pairwise
@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("position", [(0, 0), (1, 1)])
def test_nan_and_infinity_reach_the_result(loss, bad, position):
    good, broken = np.eye(2), np.full((2, 2), 0.5)
    broken[position] = bad
    assert not math.isfinite(loss(good, broken))
    assert not math.isfinite(loss(broken, good + 0.25))


@pytest.mark.parametrize("element", [(0, 0), (0, 1)])
def test_cross_entropy_lets_nan_and_negative_probabilities_through_as_nan(element):
    for bad in (math.nan, -0.5):
        q = np.array([[0.5, 0.5]])
        q[element] = bad
        assert math.isnan(losses.cross_entropy(np.array([[1.0, 0.0]]), q)), f"q = {q}"


@pytest.mark.parametrize(
    ("cost", "profit", "error", "message"),
    [
        (0, 9, ValueError, "cost must be finite and above 0, got 0"),
        (1, -9.0, ValueError, "profit must be finite and above 0, got -9.0"),
        (math.inf, 9, ValueError, "cost must be finite and above 0, got inf"),
        (1, math.nan, ValueError, "profit must be finite and above 0, got nan"),
        ("1", 9, TypeError, "cost must be a number, got '1'"),
        (1, True, TypeError, "profit must be a number, got True"),
    ],
)
def test_prices_must_be_positive_numbers(cost, profit, error, message):
    with pytest.raises(error, match=message):
        losses.asymmetric_loss([1.0], [1.0], cost=cost, profit=profit)


@pytest.mark.parametrize(
    ("ids", "logits", "shapes"),
    [
        ([[0], [1]], np.ones((2, 3)), r"\(2, 1\) and \(2, 3\)"),
        ([0, 1], np.ones((2, 3, 1)), r"\(2,\) and \(2, 3, 1\)"),
        ([0, 1], np.ones((3, 3)), r"\(2,\) and \(3, 3\)"),
        ([0], np.ones((3, 3)), r"\(1,\) and \(3, 3\)"),
        (0, np.ones((1, 3)), r"\(\) and \(1, 3\)"),
        ([0, 1, 2], np.ones(3), r"\(3,\) and \(3,\)"),
    ],
)
def test_softmax_cross_entropy_refuses_other_shapes(ids, logits, shapes):
    with pytest.raises(ValueError, match=r"must have shapes \(N,\) and \(N, K\), got " + shapes):
        losses.softmax_cross_entropy(ids, logits)


def test_softmax_cross_entropy_refuses_other_dtypes():
    with pytest.raises(TypeError, match="y_true must hold integer class ids, got float32"):
        losses.softmax_cross_entropy([0.0], [[1.0, 2.0]])
    with pytest.raises(TypeError, match="y_true must hold integer class ids, got bool"):
        losses.softmax_cross_entropy([True], [[1.0, 2.0]])
    with pytest.raises(TypeError, match="logits must have a floating dtype, got int32"):
        losses.softmax_cross_entropy([0], [[1, 2]])


@pytest.mark.parametrize("dtype", [np.int8, np.uint8, np.int16, np.uint16, np.int32, np.uint32, np.int64, np.uint64])
@pytest.mark.parametrize("classes", [3, 300])
def test_class_ids_of_every_integer_dtype_mean_the_same(dtype, classes):
    logits = np.linspace(-1, 1, 2 * classes).reshape(2, classes)
    ids = np.array([0, min(classes - 1, 120)])
    expected = float(losses.softmax_cross_entropy(ids, logits))
    assert float(losses.softmax_cross_entropy(ids.astype(dtype), logits)) == expected


@pytest.mark.parametrize("dtype", [tf.float16, tf.bfloat16, tf.float32, tf.float64])
def test_softmax_cross_entropy_has_the_dtype_of_the_logits(dtype):
    value = losses.softmax_cross_entropy([1], tf.zeros((1, 2), dtype))
    assert value.dtype == dtype
    assert value.shape == ()


def test_softmax_cross_entropy_refuses_an_empty_batch_and_a_single_class():
    with pytest.raises(ValueError, match=r"logits must hold at least one example, got shape \(0, 3\)"):
        losses.softmax_cross_entropy(np.zeros(0, int), np.zeros((0, 3)))
    with pytest.raises(ValueError, match=r"at least 2 classes, got shape \(2, 1\).*loss and gradient would be 0"):
        losses.softmax_cross_entropy([0, 0], np.zeros((2, 1)))


@pytest.mark.parametrize("outside", [-1, 3, 1000])
def test_a_class_id_out_of_range_is_refused_and_named(outside):
    with pytest.raises(ValueError, match=rf"y_true must hold class ids in \[0, 3\), got {outside}$"):
        losses.softmax_cross_entropy([0, outside], np.zeros((2, 3)))


INF, NAN = math.inf, math.nan


@pytest.mark.parametrize(
    ("logits", "expected"),
    [
        ([0.0, -INF, 0.0], math.log(2)),  # a ruled-out class does not count
        ([-INF, 0.0, 0.0], INF),  # the true class ruled out
        ([-INF, -INF, -INF], NAN),
        ([INF, 0.0, 0.0], NAN),
        ([0.0, INF, 0.0], INF),
        ([INF, INF, 0.0], NAN),
        ([NAN, 0.0, 0.0], NAN),
        ([0.0, 0.0, NAN], NAN),
    ],
)
def test_softmax_cross_entropy_of_infinite_logits_is_what_the_docstring_says(logits, expected):
    np.testing.assert_allclose(losses.softmax_cross_entropy([0], np.array([logits])), expected, rtol=4e-16)
