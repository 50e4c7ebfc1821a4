"""What a network starts from and how large it is, against Keras, the listing's NumPy lines and statistics."""

import inspect
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnopt_course import network
from nnopt_course._tensorflow import tf

EPS = np.finfo(np.float64).eps

sizes = st.lists(st.integers(1, 4), min_size=2, max_size=5)

WIDE = (400, 300, 200)


def test_the_notes_initializer_is_the_listings_normal_weights_and_biases():
    random = np.random.RandomState(7)
    w1, w2 = random.randn(2, 11), random.randn(11, 1)
    ours = network.initial_parameters((2, 11, 1), seed=7, initializer="notes")
    for values, expected in zip(ours, [w1, np.zeros(11) + 0.01, w2, np.zeros(1) + 0.01], strict=True):
        assert values.dtype == np.float64
        np.testing.assert_array_equal(values, expected)


@pytest.mark.parametrize(("initializer", "keras"), [("he", "HeNormal"), ("glorot", "GlorotUniform")])
def test_weights_have_mean_0_and_the_variance_of_keras(initializer, keras):
    ours = network.initial_parameters(WIDE, seed=0, initializer=initializer)
    for weights, bias in zip(ours[::2], ours[1::2], strict=True):
        n_in, n_out = weights.shape
        variance = 2 / n_in if initializer == "he" else 2 / (n_in + n_out)
        theirs = getattr(tf.keras.initializers, keras)(seed=0)(weights.shape).numpy()
        # Five standard errors: of the mean sqrt(variance / n), of a normal sample's variance variance * sqrt(2 / n).
        assert abs(weights.mean()) < 5 * math.sqrt(variance / weights.size)
        assert weights.var() == pytest.approx(variance, rel=5 * math.sqrt(2 / weights.size))
        # Keras's own sample has the error of a narrower distribution, at most as large.
        assert weights.var() == pytest.approx(theirs.var(), rel=5 * math.sqrt(4 / weights.size))
        # A normal number is within one standard deviation with p = erf(sqrt(1/2)); a uniform one in 58% of cases.
        within, p = np.mean(weights**2 < variance), math.erf(math.sqrt(0.5))
        assert abs(within - p) < 5 * math.sqrt(p * (1 - p) / weights.size)
        assert not bias.any()


def test_hes_variance_keeps_the_signal_through_many_relu_layers():
    layer_sizes, x = [256] * 31, np.random.RandomState(0).randn(20, 256)
    kept, lost = (
        np.mean(network.dense(network.initial_parameters(layer_sizes, seed=1, initializer=name), x) ** 2)
        for name in ("he", "glorot")
    )
    # Expected is 2: the linear output layer halves nothing. Chance multiplies the mean square by 1 +- sqrt(5 / 256) in
    # each layer, in thirty by e^(+-0.8); three times that is a factor of 11.
    assert 2 / 11 < kept < 2 * 11
    assert lost == pytest.approx(kept * 2.0**-30, rel=1e-9)  # half of it goes in each layer: the same normal numbers


@pytest.mark.parametrize("initializer", ["he", "glorot", "notes"])
@given(layer_sizes=sizes, seed=st.integers(0, 2**32 - 1))
def test_every_initializer_draws_the_same_numbers_layer_by_layer(initializer, layer_sizes, seed):
    ours = network.initial_parameters(layer_sizes, seed=seed, initializer=initializer)[::2]
    stream = iter(np.random.RandomState(seed).randn(sum(weights.size for weights in ours)))
    for weights in ours:
        factors = [value / next(stream) for value in weights.flat]
        np.testing.assert_allclose(factors, factors[0], rtol=4 * EPS)  # a product and a quotient round on each side


@pytest.mark.parametrize("dtype", [np.float16, np.float32, "float32"])
@pytest.mark.parametrize("initializer", ["he", "glorot", "notes"])
def test_parameters_are_drawn_in_float64_and_rounded_once(dtype, initializer):
    wide = network.initial_parameters((3, 4, 2), seed=5, initializer=initializer)
    narrow = network.initial_parameters((3, 4, 2), seed=5, initializer=initializer, dtype=dtype)
    for expected, values in zip(wide, narrow, strict=True):
        assert values.dtype == dtype
        np.testing.assert_array_equal(values, expected.astype(dtype))


def test_a_seed_gives_the_same_parameters_every_time_and_another_seed_others():
    first, again, other = (network.initial_parameters((3, 4, 2), seed=seed) for seed in (0, 0, 1))
    np.testing.assert_array_equal(first[0], again[0])
    assert not np.isin(first[0], other[0]).any()
    first[1][:] = 1
    assert not again[1].any()  # no array is shared


def test_he_is_the_default_initializer():
    default, he = (network.initial_parameters((3, 4), seed=0, **more) for more in ({}, {"initializer": "he"}))
    np.testing.assert_array_equal(default[0], he[0])


def test_the_table_of_initializers_in_the_docstring_is_complete():
    text = inspect.getdoc(network.initial_parameters)
    names = [line.split("`")[2] for line in text.splitlines() if line.startswith("``")]
    with pytest.raises(ValueError, match=f"one of {', '.join(map(repr, names))}, got"):
        network.initial_parameters((2, 1), seed=0, initializer="")


@settings(max_examples=15)
@given(st.lists(st.integers(1, 20), min_size=2, max_size=5))
def test_the_counts_are_those_of_keras(layer_sizes):
    layers = [tf.keras.layers.Dense(outputs) for outputs in layer_sizes[1:]]
    net = tf.keras.Sequential([tf.keras.Input((layer_sizes[0],)), *layers])
    assert network.count_parameters(layer_sizes) == net.count_params()
    assert network.count_layers(layer_sizes) == len(net.layers)
    parameters = network.initial_parameters(layer_sizes, seed=0)
    assert [values.shape for values in parameters] == [values.shape for values in net.weights]


def test_the_net_of_the_notes_has_26_parameters_in_2_layers():
    assert network.count_parameters((3, 4, 2)) == 26
    assert network.count_layers((3, 4, 2)) == 2


@pytest.mark.parametrize(
    ("layer_sizes", "error", "message"),
    [
        ((), ValueError, r"layer_sizes must hold at least the inputs and the outputs, got \(\)"),
        ([3], ValueError, r"at least the inputs and the outputs, got \[3\]"),
        ((3, 0, 2), ValueError, r"layer_sizes\[1\] must be at least 1, got 0"),
        ((3, 2**31), ValueError, r"layer_sizes\[1\] must be at most 2147483647, got 2147483648"),
        ((-3, 2), ValueError, r"layer_sizes\[0\] must be at least 1, got -3"),
        ((3, 4.0, 2), TypeError, r"layer_sizes\[1\] must be an integer, got 4\.0"),
        ((3, True), TypeError, r"layer_sizes\[1\] must be an integer, got True"),
        ((3, "2"), TypeError, r"layer_sizes\[1\] must be an integer, got '2'"),
        ((3, None), TypeError, r"layer_sizes\[1\] must be an integer, got None"),
        ((3, math.nan), TypeError, r"layer_sizes\[1\] must be an integer, got nan"),
        ("342", TypeError, r"layer_sizes must be a list or tuple such as \(3, 4, 2\), got '342'"),
        (26, TypeError, "layer_sizes must be a list or tuple .* got 26"),
        (None, TypeError, "layer_sizes must be a list or tuple .* got None"),
        ({3, 4}, TypeError, "layer_sizes must be a list or tuple"),
    ],
)
def test_wrong_layer_sizes_are_refused(layer_sizes, error, message):
    initial = lambda layer_sizes: network.initial_parameters(layer_sizes, seed=0)  # noqa: E731
    for function in (initial, network.count_layers, network.count_parameters):
        with pytest.raises(error, match=message):
            function(layer_sizes)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"seed": -1}, ValueError, "seed must be at least 0, got -1"),
        ({"seed": 2**32}, ValueError, "seed must be at most 4294967295, got 4294967296"),
        ({"seed": 1.0}, TypeError, r"seed must be an integer, got 1\.0"),
        ({"seed": True}, TypeError, "seed must be an integer, got True"),
        ({"seed": None}, TypeError, "seed must be an integer, got None"),
        ({"initializer": "zeros"}, ValueError, "initializer must be one of 'he', 'glorot', 'notes', got 'zeros'"),
        ({"initializer": "He"}, ValueError, "initializer must be one of .* got 'He'"),
        ({"initializer": 2.0}, TypeError, r"initializer must be one of .* got 2\.0"),
        ({"initializer": ["he"]}, TypeError, r"initializer must be one of .* got \['he'\]"),
        ({"dtype": int}, ValueError, "dtype must be floating, got int64"),
        ({"dtype": complex}, ValueError, "dtype must be floating, got complex128"),
        ({"dtype": "double precision"}, TypeError, "dtype must be a NumPy dtype or its name, got 'double precision'"),
        ({"dtype": tf.float32}, TypeError, r"dtype must be a NumPy dtype or its name, got tf\.float32"),
    ],
)
def test_wrong_arguments_of_initial_parameters_are_refused(arguments, error, message):
    with pytest.raises(error, match=message):
        network.initial_parameters((2, 1), **{"seed": 0, **arguments})


def test_a_seed_must_be_given():
    with pytest.raises(TypeError, match="seed"):
        network.initial_parameters((2, 1))
