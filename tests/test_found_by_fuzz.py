"""What the fuzz found once: it raised something undocumented, warned, or returned, and is now refused in words."""

import re

import numpy as np
import pytest

from nnopt_course import keras_adapters, losses, network, optimizers, regularizers, schedules, training
from nnopt_course._tensorflow import tf
from nnopt_course.checking import check
from nnopt_course.ema import MovingAverage, WeightAverage
from nnopt_course.template import picture
from nnopt_course.template.backward import backward

FLOAT8 = tf.dtypes.experimental.float8_e4m3fn.as_numpy_dtype
ONES = tf.ones((2, 2))
ITSELF = []
ITSELF.append(ITSELF)


def bowl(parameters):
    return (parameters[0] + 1) ** 2


def train(**change):
    return training.train(bowl, [np.float64(5)], **{"steps": 1, "learning_rate": 0.1} | change)


def right(y_true, y_pred, cost, profit):
    return losses.asymmetric_loss(y_true, y_pred, cost=cost, profit=profit)


average, decay = WeightAverage([tf.Variable(1.0)], MovingAverage(0.9)), schedules.ExponentialDecay(0.1, 10, 0.5)
mse, adam = keras_adapters.MeanSquaredError, optimizers.Adam
REFUSED = {
    "a list that holds itself": (lambda: regularizers.L1(1)(ITSELF), TypeError, "weight must be a tensor or an array"),
    "a range beside bytes": (
        lambda: network.neuron(np.uint8(1), range(3), 0.0), TypeError, "weights must be a tensor or an array",
    ),
    "8-bit numbers": (
        lambda: network.activate(np.ones(2, FLOAT8), "tanh"), TypeError, "z must have a floating dtype, got float8",
    ),
    "8-bit parameters": (
        lambda: train() and training.train(bowl, [FLOAT8(5)], steps=1, learning_rate=0.1),
        TypeError, "parameters must all have one floating dtype, got float8_e4m3fn",
    ),
    "logits beyond every float": (
        lambda: losses.softmax_cross_entropy([0], [[10**400, 1.0]]), TypeError, "logits must be a tensor or an array",
    ),
    "ids that are none": (lambda: losses.softmax_cross_entropy(None, ONES), TypeError, "y_true must be a tensor"),
    "an epsilon that is infinite in float16": (
        lambda: adam(epsilon=1e6)(*[tf.ones(2, tf.float16)] * 2, [tf.ones(2, tf.float16)] * 2, 0.1, 0),
        ValueError, "epsilon must be finite in float16, got 1000000.0",
    ),
    "a list for a reduction": (lambda: mse(reduction=["sum"]), TypeError, "reduction must be a string or None, got ['"),
    "an array for a name": (lambda: mse(name=np.ones(2)), TypeError, "name must be a string or None, got array("),
    "an array for a dtype": (lambda: mse(dtype=np.ones(2)), TypeError, "dtype must be one of 'float32', 'float64'"),
    "a rate of no dtype": (
        lambda: keras_adapters.Schedule(decay, ""), ValueError, "dtype must be one of 'float32', 'float64', got ''",
    ),
    "outputs that are none": (lambda: mse()(ONES, [None]), TypeError, "y_pred must be a tensor or an array"),
    "answers in words": (lambda: mse()(tf.constant(["x"]), ONES), TypeError, "y_true must hold numbers, got string"),
    "imaginary parts": (
        lambda: mse()(ONES, tf.complex(ONES, ONES)), TypeError, "y_pred must hold numbers, got complex64",
    ),
    "a kind that cannot be looked up": (
        lambda: keras_adapters.Penalty.from_config({"penalty": {"kind": []}}), TypeError, "penalty must be one of 'L1'",
    ),
    "no model": (
        lambda: keras_adapters.WeightAveraging(average.rule).start(None), TypeError, "model must be a Keras model, got",
    ),
    "an optimizer without slots": (
        lambda: train(optimizer=len), TypeError, "optimizer must have the method initial_slots, got <built-in",
    ),
    "an average without a start": (
        lambda: train(average=len), TypeError, "average must have the method initial_shadow, got <built-in",
    ),
    "a checkpoint of another kind": (
        lambda: train(checkpoint=3), TypeError, "checkpoint must be a string or a Path, got 3",
    ),
    "a checkpoint without a name": (lambda: train(checkpoint=""), ValueError, "checkpoint must name a file, got ''"),
    "a path with a zero byte": (lambda: average.save("a\0b"), ValueError, "path must name a file, got 'a\\x00b'"),
    "settings of another kind": (lambda: backward({"steps": 1}), TypeError, "settings must be Settings, got {'steps'"),
    "a run of another kind": (lambda: picture.draw(None), TypeError, "run must be what backward returned, got None"),
    "a seed for everybody": (lambda: check("4.1.2", right, seed=None), TypeError, "seed must be an integer, got None"),
    "no time": (
        lambda: check("4.1.2", right, seconds=0), ValueError, "seconds must be finite and above 0, got 0",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("call", "error", "message"), REFUSED.values(), ids=REFUSED)
def test_it_is_refused_in_words(call, error, message):
    with pytest.raises(error, match=f"^{re.escape(message)}"):
        call()


def prox(weight, threshold):
    return weight - threshold


@pytest.mark.parametrize(
    "function",
    [
        lambda w: losses.asymmetric_loss(w, w + 1, cost=1e300, profit=1),
        *(kind(1e300) for kind in (regularizers.L1, regularizers.L2, regularizers.HalfL2)),
        regularizers.L1L2(0, 1e300),
        lambda w: optimizers.SGD(1e300)(w, w, (), 0.1, 0)[0],
        lambda w: optimizers.ProximalSGD(prox, 1e300)(w, w, (), 0.1, 0)[0],
    ],
)
def test_a_number_too_large_for_the_dtype_is_infinite_without_a_warning_in_a_graph_too(function):
    traced = tf.function(function, autograph=False).get_concrete_function(tf.TensorSpec([None, None], tf.float32))
    for result in (function(ONES), traced(ONES)):
        assert np.isinf(result).all()


def test_a_threshold_too_large_for_the_dtype_leaves_zeros_in_a_graph_too():
    traced = tf.function(lambda w: regularizers.soft_threshold(w, 1e300), autograph=False)
    assert not traced(ONES).numpy().any()


def test_a_number_beyond_every_float_is_no_tensor_in_a_graph_too():
    def call(w):
        return optimizers.SGD()(w, [10**400], (), 0.1, 0)

    with pytest.raises(TypeError, match="gradient must be a tensor or an array"):
        tf.function(call, autograph=False).get_concrete_function(tf.TensorSpec([1], tf.float64))


@pytest.mark.parametrize("value", [10**400, np.complex64(1), np.ones(2, complex)], ids=["huge", "complex", "complexes"])
def test_an_answer_that_returns_no_real_number_is_a_failed_result(value, capsys):
    assert not check("4.1.2", lambda *_: value).passed
    assert "which is not a number" in capsys.readouterr().out


def test_a_check_may_take_longer_than_a_thread_can_wait(capsys):
    assert check("4.1.2", right, seconds=1e300).passed
