"""The checks of seeds, names and dtypes: what passes, what does not, and what each message says."""

import numpy as np
import pytest

from nnopt_course import _checks


@pytest.mark.parametrize("value", [0, 1, 2**32 - 1, np.int64(7)])
def test_seed_passes_what_random_state_takes(value):
    assert (type(_checks.seed(value)), _checks.seed(value)) == (int, int(value))
    np.random.RandomState(_checks.seed(value))


@pytest.mark.parametrize(
    ("value", "error", "rule"),
    [
        (-1, ValueError, "at least 0"),
        (2**32, ValueError, "at most 4294967295"),
        (1.0, TypeError, "an integer"),
        (True, TypeError, "an integer"),
    ],
)
def test_seed_refuses_the_rest(value, error, rule):
    with pytest.raises(error) as caught:
        _checks.seed(value)
    assert str(caught.value) == f"seed must be {rule}, got {value!r}"


def test_one_of_passes_each_known_name():
    assert [_checks.one_of("kind", name, ("left", "right")) for name in ("left", "right")] == ["left", "right"]


@pytest.mark.parametrize(("value", "error"), [("up", ValueError), ("", ValueError), (None, TypeError), (1, TypeError)])
def test_one_of_names_all_that_is_known(value, error):
    with pytest.raises(error) as caught:
        _checks.one_of("kind", value, ("left", "right"))
    assert str(caught.value) == f"kind must be one of 'left', 'right', got {value!r}"


@pytest.mark.parametrize("dtype", ["float32", np.float64, np.dtype("float16")])
def test_floating_dtype_returns_numpys_dtype(dtype):
    checked = _checks.floating_dtype(dtype)
    assert (type(checked), checked) == (type(np.dtype(dtype)), np.dtype(dtype))


@pytest.mark.parametrize("dtype", ["int32", np.bool_, "complex64", "U3"])
def test_floating_dtype_refuses_others(dtype):
    with pytest.raises(ValueError) as caught:
        _checks.floating_dtype(dtype)
    rule = "integers would cut off every digit"
    assert str(caught.value) == f"dtype must be floating, got {np.dtype(dtype)}: {rule}"
