"""What penalties refuse, and that every message names the argument, the rule and the value."""

import re

import numpy as np
import pytest

from nnopt_course._tensorflow import tf
from nnopt_course.regularizers import L1, L1L2, L2, HalfL2, kernel_penalty, model_penalty, soft_threshold

layers = tf.keras.layers
W = np.array([[3.0, -4.0]])
B = np.array([7.0, 7.0])


def built(layer):
    layer.build((None, 2))
    return layer


PENALTIES = [
    (lambda value: L1(value), "strength"),
    (lambda value: L2(value), "strength"),
    (lambda value: HalfL2(value), "strength"),
    (lambda value: L1L2(value, 0.1), "l1"),
    (lambda value: L1L2(0.1, value), "l2"),
    (lambda value: soft_threshold(W, value), "threshold"),
]
NAN, INF = float("nan"), float("inf")


@pytest.mark.parametrize(("call", "name"), PENALTIES)
@pytest.mark.parametrize("value", [-1, -1e-300, NAN, INF, -INF, 10**400, np.float32(-1)])
def test_a_strength_is_finite_and_at_least_zero(call, name, value):
    call(0)
    with pytest.raises(ValueError) as caught:
        call(value)
    assert str(caught.value) == f"{name} must be finite and at least 0, got {value!r}"


@pytest.mark.parametrize(("call", "name"), PENALTIES)
@pytest.mark.parametrize("value", [True, "0.1", None, 1j, [0.1, "x"]], ids=repr)
def test_a_strength_is_a_number(call, name, value):
    with pytest.raises(
        TypeError, match=f"{name} must be a (number|tensor or an array)|{name} must have a floating dtype"
    ):
        call(value)


@pytest.mark.parametrize("function", [L1(1), L2(1), HalfL2(1), L1L2(1, 1), lambda w: soft_threshold(w, 1)])
@pytest.mark.parametrize(
    ("value", "text"),
    [
        ([1, 2], "weight must have a floating dtype, got int32"),
        (np.array([1]), "weight must have a floating dtype, got int64"),
        (3, "weight must have a floating dtype, got int32"),
        (True, "weight must have a floating dtype, got bool"),
        ([1j], "weight must have a floating dtype, got complex128"),
        ("1", "weight must have a floating dtype, got string"),
        (None, "weight must be a tensor or an array, got None"),
        ([[1.0], [1.0, 2.0]], "weight must be a tensor or an array, got [[1.0], [1.0, 2.0]]"),
        (object, "weight must be a tensor or an array, got <class 'object'>"),
    ],
    ids=repr,
)
def test_a_weight_is_floating(function, value, text):
    with pytest.raises(TypeError, match=re.escape(text)):
        function(value)


@pytest.mark.parametrize(
    ("threshold", "error", "text"),
    [
        (tf.constant(1.0), TypeError, "threshold must have the dtype of weight, float64, got float32"),
        (tf.constant(1), TypeError, "threshold must have a floating dtype, got int32"),
        (np.ones(2), ValueError, "threshold must be a scalar, got shape (2,)"),
        (np.ones((1, 1)), ValueError, "threshold must be a scalar, got shape (1, 1)"),
        (tf.constant(-1.0, tf.float64), ValueError, "threshold must be finite and at least 0, got -1.0"),
        (tf.constant(NAN, tf.float64), ValueError, "threshold must be finite and at least 0, got nan"),
    ],
)
def test_a_threshold_fits_the_weight(threshold, error, text):
    with pytest.raises(error, match=re.escape(text)):
        soft_threshold(W, threshold)


@pytest.mark.parametrize(
    ("penalty", "parameters", "error", "text"),
    [
        (0.01, [W], TypeError, "penalty must be a function of a weight, such as L2(0.01), got 0.01"),
        (L2(1), W, TypeError, "parameters must be a list of tensors, got one tensor"),
        (L2(1), tf.ones((2, 2, 2)), TypeError, "parameters must be a list of tensors, got one tensor"),
        (L2(1), [], ValueError, "parameters must hold at least one kernel, of two axes or more, got shapes []"),
        (L2(1), [B], ValueError, "parameters must hold at least one kernel, of two axes or more, got shapes ['(2,)']"),
        (L2(1), [W, [1]], TypeError, "parameters[1] must have a floating dtype, got int32"),
        (L2(1), [W, None], TypeError, "parameters[1] must be a tensor or an array, got None"),
        (L2(1), [W, tf.ones(2)], TypeError, "parameters must all have one dtype, got ['float64', 'float32']"),
        (L2(1), "ab", TypeError, "parameters[0] must have a floating dtype, got string"),
        (L2(1), None, TypeError, "parameters must be a list of tensors, got None"),
        (L2(1), 0.5, TypeError, "parameters must be a list of tensors, got 0.5"),
        (L2, [W], TypeError, "strength must be a number, got <tf.Tensor"),  # the class, without a strength
        (lambda w: w[0], [W], ValueError, "penalty(weight) must be a scalar, got shape (2,)"),
        (lambda w: None, [W], TypeError, "penalty(weight) must be a number or a scalar of dtype float64, got None"),
        (lambda w: tf.constant(1.0), [W], TypeError, "penalty(weight) must be a number or a scalar of dtype float64"),
    ],
)
def test_kernel_penalty_refuses_what_has_no_sum(penalty, parameters, error, text):
    with pytest.raises(error, match=re.escape(text)):
        kernel_penalty(penalty, parameters)


def test_kernel_penalty_refuses_an_unknown_number_of_axes_and_takes_an_unknown_size():
    known = tf.function(lambda w: kernel_penalty(L1(1), [w]), input_signature=[tf.TensorSpec([None, 2])])
    assert float(known(np.float32(W))) == 7
    unknown = tf.function(lambda w: kernel_penalty(L1(1), [w]), input_signature=[tf.TensorSpec(None)])
    with pytest.raises(ValueError, match="parameter must have a known number of axes"):
        unknown(W)


@pytest.mark.parametrize(
    ("model", "error", "text"),
    [
        (None, TypeError, "model must be a Keras model or layer, got None"),
        ([W], TypeError, "model must be a Keras model or layer, got "),
        (layers.Dense(2), ValueError, "model must be built and have at least one trainable kernel, got []"),
        (built(layers.BatchNormalization()), ValueError, "got ['gamma (2,)', 'beta (2,)']"),
        (built(layers.Embedding(4, 2)), ValueError, "got ['embeddings (4, 2)']"),
    ],
)
def test_model_penalty_refuses_what_has_no_kernel(model, error, text):
    with pytest.raises(error, match=re.escape(text)):
        model_penalty(L2(1), model)


def test_model_penalty_refuses_what_is_no_penalty():
    with pytest.raises(
        TypeError, match=re.escape("penalty must be a function of a weight, such as L2(0.01), got 0.01")
    ):
        model_penalty(0.01, built(layers.Dense(2)))
