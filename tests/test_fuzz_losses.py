"""The losses under hostile arrays: no result where shapes do not fit, no finite number where there is NaN."""

import contract
import hostile
import numpy as np
import pytest
from contract import Case, dtype_of, fits, float64
from hypothesis import given, settings
from hypothesis import strategies as st

pytestmark = pytest.mark.usefixtures("nothing_printed")


@st.composite
def pairs(draw, shapes=hostile.shapes, **more):
    dtype, shape = draw(hostile.dtypes), draw(shapes)
    pair = {name: draw(hostile.arrays(dtype, shape)) for name in ("y_true", "y_pred")}
    return pair | {"per_example": draw(st.booleans())} | {name: draw(each) for name, each in more.items()}


@st.composite
def classes(draw):
    n, k = draw(st.integers(1, 3)), draw(st.integers(2, 3))
    y_true = draw(hostile.arrays(draw(st.sampled_from([np.int32, np.uint8, np.int64])), n, st.integers(0, k - 1)))
    logits = draw(hostile.arrays(draw(hostile.dtypes), (n, k)))
    return {"y_true": y_true, "logits": logits, "per_example": draw(st.booleans())}


def shows(terms, reduce, pred="y_pred"):
    """Compare with the same loss in NumPy: ``terms`` are one number for each element, or for each example."""

    def compare(result, chosen):
        y_true, y_pred = float64(chosen["y_true"]), float64(chosen[pred])
        dtype = dtype_of(chosen[pred]) if pred == "logits" else dtype_of(chosen[pred], chosen["y_true"])
        with np.errstate(all="ignore"):
            each = terms(y_true, y_pred)
            oracle = reduce(each, axis=tuple(range(1, each.ndim))) if chosen["per_example"] else reduce(each)
        fits(result, dtype, y_pred.shape[:1] if chosen["per_example"] else (), oracle)

    return compare


def cross_entropy(p, q):
    products = np.where(p == 0, 0, p * np.log(q)) + 0 * np.where(np.isfinite(q) & (q >= 0), 0, np.nan)
    return -products.sum(axis=1)


def softmax_cross_entropy(ids, z):
    return np.logaddexp.reduce(z, axis=1) - z[np.arange(len(z)), ids.astype(int)]


def asymmetric(y_true, y_pred):
    return np.where(y_pred > y_true, y_pred - y_true, y_true - y_pred)  # the prices are not 0 and finite


def of_nothing(result, chosen):
    """A graph learns only when it runs that a batch is empty, K is 1, or an id out of range."""
    y_pred = chosen.get("y_pred", chosen.get("logits"))
    if float64(y_pred).size == 0 or float64(y_pred).shape[-1:] == (1,):
        return True
    return "logits" in chosen and bool(np.isnan(float64(result)).any())


matrices = st.tuples(st.integers(1, 3), st.integers(1, 3))
prices = st.sampled_from([1, 9.0, 0.5])
CASES = {
    "losses.mean_squared_error": Case(pairs(), shows(lambda y, p: (p - y) ** 2, np.mean), graph=of_nothing),
    "losses.cross_entropy": Case(pairs(matrices), shows(cross_entropy, np.mean), graph=of_nothing),
    "losses.softmax_cross_entropy": Case(
        classes(), shows(softmax_cross_entropy, np.mean, pred="logits"), graph=of_nothing
    ),
    "losses.asymmetric_loss": Case(pairs(cost=prices, profit=prices), shows(asymmetric, np.sum), graph=of_nothing),
}


@pytest.mark.parametrize("name", CASES)
@given(data=st.data())
def test_eagerly(name, data):
    contract.keeps(name, CASES[name], contract.arguments(data, CASES[name]))


@pytest.mark.parametrize("name", CASES)
@given(data=st.data(), ranks=st.booleans())
@settings(max_examples=settings.default.max_examples // 2)
def test_in_a_graph(name, data, ranks):
    contract.keeps_in_graph(name, CASES[name], contract.arguments(data, CASES[name]), ranks=ranks)
