"""Datasets, splits, sizes of networks and comparisons under hostile numbers, dtypes, seeds and arrays."""

import contract
import hostile
import numpy as np
import pytest
from contract import Case
from hypothesis import given
from hypothesis import strategies as st

pytestmark = pytest.mark.usefixtures("nothing_printed")
few = hostile.few | hostile.containers
seeds = st.sampled_from([0, 7, np.int64(3), 2**32 - 1])
dtypes = st.sampled_from([np.float16, "float32", float, np.dtype("f8")])
counts = st.sampled_from([1, 2, 10, np.int32(5)])
points = {"examples": counts, "seed": seeds, "dtype": dtypes}
layer_sizes = st.lists(st.integers(1, 5), min_size=2, max_size=4) | st.just((2, 11, 1))


@st.composite
def data(draw):
    n = draw(st.integers(2, 6))
    kinds = [draw(st.sampled_from([*hostile.FLOATING, np.int32, np.uint8, "U2", object])) for _ in "xy"]
    x, y = (draw(hostile.arrays(kind, (n, *draw(hostile.shapes)[1:]))) for kind in kinds)
    return {"data": (x, y), "test_examples": draw(st.integers(1, n - 1)), "seed": draw(seeds | st.none())}


def shows_points(result, chosen):
    n, dtype = chosen["examples"], np.dtype(chosen["dtype"])
    for values, columns in zip(result, (2, 1), strict=True):
        assert (values.shape, values.dtype) == ((n, columns), dtype) and np.isfinite(values).all()


def shows_digits(result, chosen):
    assert result.x.shape == (1797, 64) and result.x.dtype == chosen["dtype"] and result.y.dtype == np.int64


def shows_parts(result, chosen):
    """Each row, NaN or not, is in exactly one part; the dtypes are those of the data."""
    for i, values in enumerate(map(np.asarray, chosen["data"])):
        parts = [part[i] for part in result]
        assert [len(part) for part in parts] == [len(values) - chosen["test_examples"], chosen["test_examples"]]
        joined = np.concatenate(parts)
        assert joined.dtype == values.dtype and joined.shape == values.shape
        assert sorted(map(repr, joined.tolist())) == sorted(map(repr, values.tolist()))


def shows_parameters(result, chosen):
    sizes = [n for n in chosen["layer_sizes"] for _ in range(2)][1:]
    shapes = [shape for n, m in zip(sizes[::2], sizes[1::2], strict=False) for shape in ((n, m), (m,))]
    assert [values.shape for values in result] == shapes
    assert all(values.dtype == chosen["dtype"] and np.isfinite(values).all() for values in result)


def shows_a_count(result, chosen):
    assert type(result) is int and result >= 1


@st.composite
def results(draw):
    n = draw(st.integers(2, 4))
    dtype = st.sampled_from([*hostile.FLOATING, np.int32, np.uint64, object])
    return {name: draw(hostile.arrays(draw(dtype), (n,))) for name in ("first", "second")}


def shows_a_difference(result, chosen):
    assert result.pairs == len(chosen["first"]) and np.isfinite([result.mean, result.standard_error]).all()
    assert result.standard_error >= 0 and str(result).endswith("clear") and result.is_clear in (True, False)


sized = {"layer_sizes": st.lists(few, min_size=1, max_size=3) | few}
CASES = {
    "datasets.yogurt": Case(st.fixed_dictionaries(points), shows_points, bad={"examples": few}),
    "datasets.disk": Case(st.fixed_dictionaries(points), shows_points, bad={"examples": few}),
    "datasets.moons": Case(
        st.fixed_dictionaries(points | {"noise": st.sampled_from([0, 0.2, 1])}), shows_points, bad={"examples": few}
    ),
    "datasets.digits": Case(st.fixed_dictionaries({"dtype": dtypes}), shows_digits),
    "datasets.split": Case(data(), shows_parts),
    "network.initial_parameters": Case(
        st.fixed_dictionaries({"layer_sizes": layer_sizes, "seed": seeds, "dtype": dtypes})
        .flatmap(lambda chosen: st.sampled_from(["he", "glorot", "notes"]).map(lambda i: chosen | {"initializer": i})),
        shows_parameters, bad=sized,
    ),
    "network.count_layers": Case(st.fixed_dictionaries({"layer_sizes": layer_sizes}), shows_a_count),
    "network.count_parameters": Case(st.fixed_dictionaries({"layer_sizes": layer_sizes}), shows_a_count),
    "comparison.paired_difference": Case(results(), shows_a_difference),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
@given(data=st.data())
def test_eagerly(name, data):
    contract.keeps(name, CASES[name], contract.arguments(data, CASES[name]))
