"""What the benchmark page says about its tables, judged by the results that they were made from."""

import pytest

from benchmarks import report
from benchmarks.contestants import C_FAST, JAX, JAX_ONE_KERNEL, NUMPY, PLAIN, TORCH, TRAIN, C

RESULTS = report.stored()
NEURON, NET, DIGITS = (RESULTS["warm"][name] for name in ("opt4_1", "net", "digits"))
WIDTHS, CALLS = RESULTS["widths"], RESULTS["calls"]
NARROWEST, *_, WIDEST = sorted(WIDTHS, key=int)
COMPILED = {TRAIN, JAX, JAX_ONE_KERNEL, C, C_FAST}


@pytest.fixture(autouse=True)
def _complete():
    """The committed results have every contestant."""
    parts = [part for name in ("warm", "cold", "widths", "calls") for part in RESULTS[name].values()]
    assert not any(isinstance(value, str) for seconds in parts for value in seconds.values())


def test_python_loops_cost_ten_times():
    for seconds in (NEURON, NET):
        others = [value for name, value in seconds.items() if name not in COMPILED]
        assert len(others) == 7
        assert min(others) >= 10 * seconds[TRAIN]


def test_c_and_jax_win_on_the_neuron():
    assert max(NEURON[JAX], NEURON[C], NEURON[C_FAST]) < 0.9 * NEURON[TRAIN]


def test_a_call_is_a_large_part_on_the_neuron():
    assert CALLS["1"][TRAIN] > 0.25 * 20_000 * NEURON[TRAIN]


def test_train_beats_jax_on_the_small_net():
    assert NET[JAX] > 1.5 * NET[TRAIN]


def test_one_kernel_helps_jax_on_the_small_net():
    assert NET[JAX_ONE_KERNEL] < 0.5 * NET[JAX]


def test_fast_math_wins_on_the_small_net():
    assert NET[C_FAST] < 0.7 * min(value for name, value in NET.items() if name != C_FAST)


def test_jax_and_c_win_on_the_digits():
    assert max(DIGITS[JAX], DIGITS[C_FAST]) < 0.9 * DIGITS[TRAIN]


def test_jit_wins_when_narrow():
    assert WIDTHS[NARROWEST][PLAIN] > 2 * WIDTHS[NARROWEST][TRAIN]


def test_plain_graph_catches_up_when_wide():
    assert 2 / 3 < WIDTHS[WIDEST][PLAIN] / WIDTHS[WIDEST][TRAIN] < 3 / 2


def test_train_jax_and_pytorch_are_as_fast_when_wide():
    seconds = [WIDTHS[WIDEST][name] for name in (TRAIN, JAX, TORCH)]
    assert max(seconds) < 3 / 2 * min(seconds)


def test_plain_loops_lose_when_wide():
    assert WIDTHS[WIDEST][C_FAST] > 1.4 * WIDTHS[WIDEST][TRAIN]


def test_numpy_wins_a_single_update():
    assert CALLS["1"][NUMPY] < 0.5 * CALLS["1"][TRAIN]


def test_train_wins_a_thousand_updates():
    assert CALLS["1000"][TRAIN] < 0.2 * CALLS["1000"][NUMPY]
