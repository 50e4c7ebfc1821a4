"""Values and gradients of the penalties, against Keras, TensorFlow 1's l2_loss, fractions and a search by hand."""

import dataclasses
import pickle
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from nnopt_course import regularizers
from nnopt_course._tensorflow import tf
from nnopt_course.regularizers import L1, L1L2, L2, HalfL2, soft_threshold

EPS = np.finfo(np.float64).eps
# Multiples of 1/1024 up to 1024: absolute values, squares and sums of a few of them are exact in float64.
on_a_grid = st.integers(-(2**20), 2**20).map(lambda k: k / 1024)
weights = array_shapes(min_dims=1, max_dims=3, max_side=4).flatmap(
    lambda shape: arrays(np.float64, shape, elements=on_a_grid)
)
strengths = st.just(0.0) | st.floats(1e-6, 10)
# One run of each property for each kind, because a mixture may hardly draw one of them.
every_kind = pytest.mark.parametrize(
    "penalties",
    [*[st.builds(kind, strengths) for kind in (L1, L2, HalfL2)], st.builds(L1L2, strengths, strengths)],
    ids=["L1", "L2", "HalfL2", "L1L2"],
)
EXAMPLES = [L1(0.1), L2(0.1), HalfL2(0.1), L1L2(0.1, 0.3)]
every_example = pytest.mark.parametrize("penalty", EXAMPLES, ids=repr)


def exact(penalty, weight):
    """Return the penalty as a fraction."""
    w = [Fraction(value) for value in np.ravel(weight)]
    absolute, squares = sum(map(abs, w)), sum(v * v for v in w)
    match penalty:
        case L1(strength):
            return Fraction(strength) * absolute
        case L2(strength):
            return Fraction(strength) * squares
        case HalfL2(strength):
            return Fraction(strength) * squares / 2
        case L1L2(l1, l2):
            return Fraction(l1) * absolute + Fraction(l2) * squares


@every_kind
@given(st.data(), weights)
def test_penalties_equal_exact_fractions(penalties, data, weight):
    penalty = data.draw(penalties)
    # Sums are exact on the grid; one product rounds, and for the elastic net two and their sum.
    assert float(penalty(weight)) == pytest.approx(float(exact(penalty, weight)), rel=3 * EPS, abs=0)


def keras_l1(weight):
    """Keep to float32, as Keras 3.12 keeps the strength of L1 for any dtype."""
    return tf.cast(tf.keras.regularizers.L1(0.1)(tf.cast(weight, "float32")), weight.dtype)


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
@pytest.mark.parametrize(
    ("penalty", "theirs"),
    [
        (L1(0.1), keras_l1),
        (L2(0.1), tf.keras.regularizers.L2(0.1)),
        (HalfL2(0.1), lambda w: 0.1 * tf.nn.l2_loss(w)),
        (HalfL2(0.1), tf.keras.regularizers.L2(0.05)),
        (L1L2(l1=0.1, l2=0.3), tf.keras.regularizers.L1L2(l1=0.1, l2=0.3)),
    ],
    ids=lambda value: repr(value) if value in EXAMPLES else type(value).__name__,
)
def test_penalties_agree_with_keras_and_tensorflow_1(penalty, theirs, dtype):
    weight = tf.constant(np.random.RandomState(0).randn(4, 3, 5), dtype)
    value, other = penalty(weight), theirs(weight)
    assert value.dtype == other.dtype == dtype
    assert value.shape == ()
    # Sixty terms of one sign, added in orders of their own; Keras's L1 in float32.
    eps = max(float(np.finfo(dtype).eps) * 60, 2**-23)
    assert float(value) == pytest.approx(float(other), rel=eps)


def test_the_half_is_a_factor_of_two():
    weight = [[3.0, -4.0]]
    assert [round(float(penalty(weight)), 4) for penalty in EXAMPLES] == [0.7, 2.5, 1.25, 8.2]  # float32
    assert float(HalfL2(0.25)(weight)) == float(L2(0.125)(weight)) == float(tf.nn.l2_loss(weight)) / 4


@every_kind
@given(st.data(), weights, st.integers(0, 10))
def test_penalties_are_at_least_zero_even_and_grow_with_weight_and_strength(penalties, data, weight, power):
    penalty = data.draw(penalties)
    value, factor = float(penalty(weight)), 2**power
    assert value >= 0
    assert float(penalty(np.zeros_like(weight))) == 0
    assert float(penalty(-weight)) == value
    assert float(penalty(np.append(weight, 1.0))) >= value
    stronger = type(penalty)(*[factor * strength for strength in dataclasses.astuple(penalty)])
    assert float(stronger(weight)) == factor * value  # a power of two, so nothing rounds
    if isinstance(penalty, L1):
        assert float(penalty(factor * weight)) == factor * value
    elif not isinstance(penalty, L1L2):
        assert float(penalty(factor * weight)) == factor**2 * value


def gradient(function, weight):
    weight = tf.constant(weight)
    with tf.GradientTape() as tape:
        tape.watch(weight)
        value = function(weight)
    return tape.gradient(value, weight).numpy()


@every_kind
@given(st.data(), weights)
def test_gradients_equal_their_closed_forms_and_are_zero_at_zero(penalties, data, weight):
    penalty = data.draw(penalties)
    expected = {
        L1: lambda strength: strength * np.sign(weight),
        L2: lambda strength: 2 * strength * weight,
        HalfL2: lambda strength: strength * weight,
        L1L2: lambda l1, l2: l1 * np.sign(weight) + 2 * l2 * weight,
    }[type(penalty)](*dataclasses.astuple(penalty))
    weight.flat[0] = expected.flat[0] = 0  # the kink, every time
    # A sum and two products round; where the parts of the elastic net cancel, their sizes count.
    np.testing.assert_allclose(gradient(penalty, weight), expected, rtol=4 * EPS, atol=4 * EPS * np.abs(expected).max())
    assert gradient(penalty, np.zeros(3)).tolist() == gradient(penalty, np.array([-0.0])).tolist() * 3 == [0, 0, 0]


@every_example
def test_gradients_equal_central_differences(penalty):
    weight, h = np.array([[0.5, -2.0], [3.0, -0.25]]), 2.0**-10
    for index in np.ndindex(*weight.shape):
        shift = np.zeros_like(weight)
        shift[index] = h
        slope = (float(penalty(weight + shift)) - float(penalty(weight - shift))) / (2 * h)
        # Central differences of a parabola are exact; values near 5 round to EPS, which 2 h divides.
        assert gradient(penalty, weight)[index] == pytest.approx(slope, abs=20 * EPS / h)


@every_example
def test_penalties_work_in_graphs_of_unknown_shape_and_with_keras_variables(penalty):
    weight = np.array([[3.0, -4.0]])
    unknown = tf.function(penalty, input_signature=[tf.TensorSpec(None, tf.float64)])
    xla = tf.function(penalty, jit_compile=True)
    for compiled in (unknown, xla):  # three roundings
        assert float(compiled(tf.constant(weight))) == pytest.approx(float(exact(penalty, weight)), rel=3 * EPS)
    assert float(penalty(tf.keras.Variable(weight, dtype="float64"))) == float(penalty(weight))


@every_example
def test_nan_and_infinity_reach_the_penalty_and_nothing_costs_nothing(penalty):
    assert np.isnan(penalty([1.0, np.nan]))
    assert float(penalty([1.0, -np.inf])) == np.inf
    assert float(penalty(tf.zeros([0, 3]))) == 0


def test_penalties_are_values():
    for penalty in EXAMPLES:
        twin = dataclasses.replace(penalty)
        assert (twin, hash(twin)) == (penalty, hash(penalty))
        assert pickle.loads(pickle.dumps(penalty)) == penalty
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(penalty, dataclasses.fields(penalty)[0].name, 1.0)
    assert len({*EXAMPLES, *map(dataclasses.replace, EXAMPLES)}) == len(EXAMPLES)
    given = L2(np.float32(0.5)), L2(Fraction(1, 2)), L2(0.5)
    assert len({*given}) == len({*map(repr, given)}) == 1
    assert repr(L1L2(np.float64(1), 2)) == "L1L2(l1=1.0, l2=2.0)"
    assert L1L2(np.float64(1), 2)(tf.ones(2)).dtype == tf.float32  # a NumPy strength does not change the dtype


# Soft-thresholding --------------------------------------------------------------------------------------------------

thresholds = st.integers(0, 2**20).map(lambda k: k / 1024)
vectors = arrays(np.float64, 5, elements=on_a_grid)


@given(vectors, thresholds)
def test_soft_threshold_equals_its_formula_and_its_zeros_are_positive(weight, threshold):
    moved = soft_threshold(weight, threshold).numpy()
    np.testing.assert_array_equal(moved, np.sign(weight) * np.maximum(np.abs(weight) - threshold, 0))
    np.testing.assert_array_equal(moved == 0, np.abs(weight) <= threshold)
    assert not np.signbit(moved[moved == 0]).any() or threshold == 0


@given(vectors, thresholds)
def test_soft_threshold_minimizes_the_proximal_objective(weight, threshold):
    def objective(v):
        return (v - weight) ** 2 / 2 + threshold * np.abs(v)  # element by element

    best = soft_threshold(weight, threshold).numpy()
    for other in (best - 1 / 1024, best + 1 / 1024, np.zeros(5), weight, best + 100, best - 100):
        assert (objective(best) <= objective(other)).all()  # exact on the grid


@given(vectors, vectors, thresholds)
def test_soft_threshold_shrinks_keeps_signs_and_is_nonexpansive(first, second, threshold):
    a, b = soft_threshold(first, threshold).numpy(), soft_threshold(second, threshold).numpy()
    assert (np.abs(a) <= np.abs(first)).all()
    assert (a * first >= 0).all()
    assert (np.abs(a - b) <= np.abs(first - second)).all()


@given(vectors, thresholds, thresholds)
def test_soft_threshold_twice_is_once_by_the_sum(weight, first, second):
    np.testing.assert_array_equal(
        soft_threshold(soft_threshold(weight, first), second), soft_threshold(weight, first + second)
    )


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
@pytest.mark.parametrize("jit", [False, True])
def test_soft_threshold_takes_a_number_or_a_scalar_tensor_and_keeps_the_dtype(dtype, jit):
    def shrink(weight, threshold):
        # Numbers are closed over, because a tf.function makes tensors of NumPy numbers that it is called with.
        return tf.function(lambda w: soft_threshold(w, threshold), jit_compile=jit, autograph=False)(weight)

    weight = tf.constant([3.0, -0.5, -2.0, 0.0, np.nan, np.inf], dtype)
    for threshold in (1.0, 1, np.float64(1), np.float32(1), Fraction(1), tf.constant(1.0, dtype), np.array(1.0, dtype)):
        for moved in (soft_threshold(weight, threshold), shrink(weight, threshold)):
            assert moved.dtype == dtype
            np.testing.assert_array_equal(moved, [2, 0, -1, 0, np.nan, np.inf])


def test_public_names_are_those_of_the_tests():
    public = {
        name for name, value in vars(regularizers).items() if getattr(value, "__module__", "") == regularizers.__name__
    }
    assert {name for name in public if name[0] != "_"} == {
        "L1", "L2", "HalfL2", "L1L2", "soft_threshold", "kernel_penalty", "model_penalty",
    }  # fmt: skip
