"""What the benchmark page says about its tables, judged by the results that they were made from."""

import json
from pathlib import Path

import pytest

from benchmarks import peers, report

RESULTS = json.loads((Path(__file__).parents[1] / "benchmarks" / "results.json").read_text())
NEURON, NET, DIGITS = (RESULTS["warm"][name] for name in ("opt4_1", "net", "digits"))
COMPILED = {peers.OURS, peers.JAX, peers.C, peers.C_FAST}


@pytest.fixture(autouse=True)
def _complete():
    """The committed results have every means."""
    assert not any(isinstance(value, str) for seconds in (NEURON, NET, DIGITS) for value in seconds.values())


def test_python_loops_cost_ten_times():
    for seconds in (NEURON, NET):
        others = {name: value for name, value in seconds.items() if name not in COMPILED}
        assert len(others) >= 6
        assert min(others.values()) >= 10 * seconds[peers.OURS]


def test_c_and_jax_win_on_the_neuron():
    assert max(NEURON[peers.JAX], NEURON[peers.C]) < 0.9 * NEURON[peers.OURS]


def test_train_beats_jax_on_the_small_net():
    assert NET[peers.JAX] > 1.5 * NET[peers.OURS]


def test_fast_math_wins_on_the_small_net():
    assert NET[peers.C_FAST] < 0.7 * min(value for name, value in NET.items() if name != peers.C_FAST)


def test_jax_wins_on_the_digits():
    assert DIGITS[peers.JAX] < 0.8 * DIGITS[peers.OURS]


def test_plain_graph_wins_when_wide():
    widest = max(map(int, RESULTS["widths"]))
    curves = report.curves(RESULTS)
    assert curves[peers.PLAIN][widest] < 0.8 * curves[peers.OURS][widest]


def test_jit_wins_when_narrow():
    curves = report.curves(RESULTS)
    assert curves[peers.OURS][11] < 0.8 * curves[peers.PLAIN][11]


def test_numpy_wins_a_single_update():
    assert RESULTS["calls"]["1"][peers.NUMPY] < 0.5 * RESULTS["calls"]["1"][peers.OURS]
