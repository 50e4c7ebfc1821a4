"""Dense networks under hostile inputs, parameters and sizes."""

from itertools import pairwise

import contract
import hostile
import numpy as np
import pytest
from contract import Case, dtype_of, fits, float64
from hypothesis import given, settings
from hypothesis import strategies as st

pytestmark = pytest.mark.usefixtures("nothing_printed")
FUNCTIONS = {
    "relu": lambda z: np.maximum(z, 0),
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "tanh": np.tanh,
    "linear": lambda z: z,
}
names = st.sampled_from(sorted(FUNCTIONS))


@st.composite
def arrays(draw, **shapes):
    dtype = draw(hostile.dtypes)
    drawn = {name: draw(hostile.arrays(dtype, draw(shape))) for name, shape in shapes.items()}
    return drawn | {"activation": draw(names)}


@st.composite
def neurons(draw):
    n = draw(st.integers(0, 3))
    rows = draw(st.sampled_from([(), (0,), (1,), (3,)]))
    return draw(arrays(x=st.just((*rows, n)), weights=st.just((n,)), bias=st.just(())))


@st.composite
def networks(draw):
    dtype, sizes = draw(hostile.dtypes), draw(st.lists(st.integers(1, 3), min_size=2, max_size=4))
    shapes = [shape for n, m in pairwise(sizes) for shape in ((n, m), (m,))]
    parameters = [draw(hostile.arrays(dtype, shape)) for shape in shapes]
    x = draw(hostile.arrays(dtype, (draw(st.integers(0, 3)), sizes[0])))
    return {"parameters": parameters, "x": x, "activation": draw(names)}


def shows_activations(result, chosen):
    z = float64(chosen["z"])
    with np.errstate(all="ignore"):
        fits(result, dtype_of(chosen["z"]), z.shape, FUNCTIONS[chosen["activation"]](z))


def shows_neuron(result, chosen):
    x, w, b = (float64(chosen[name]) for name in ("x", "weights", "bias"))
    dtype = dtype_of(*(chosen[name] for name in ("x", "weights", "bias")))
    with np.errstate(all="ignore"):
        fits(result, dtype, x.shape[:-1], x @ w + b)


def shows_outputs(result, chosen):
    *parameters, x = (float64(each) for each in (*chosen["parameters"], chosen["x"]))
    dtype = dtype_of(*chosen["parameters"], chosen["x"])
    *hidden, last = zip(parameters[::2], parameters[1::2], strict=True)
    with np.errstate(all="ignore"):
        for w, b in hidden:
            x = FUNCTIONS[chosen["activation"]](x @ w + b)
        fits(result, dtype, (len(x), len(last[1])), x @ last[0] + last[1])


CASES = {
    "network.activate": Case(arrays(z=hostile.shapes), shows_activations),
    "network.neuron": Case(neurons(), shows_neuron),
    "network.dense": Case(networks(), shows_outputs, names=("weights", "biases")),
}


@pytest.mark.parametrize("name", CASES)
@given(data=st.data())
def test_eagerly(name, data):
    contract.keeps(name, CASES[name], contract.arguments(data, CASES[name]))


@pytest.mark.parametrize("name", ["network.activate", "network.neuron", "network.dense"])
@given(data=st.data(), ranks=st.booleans())
@settings(max_examples=settings.default.max_examples // 2)
def test_in_a_graph(name, data, ranks):
    contract.keeps_in_graph(name, CASES[name], contract.arguments(data, CASES[name]), ranks=ranks)
