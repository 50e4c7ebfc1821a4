"""The benchmark page shows the stored results and nothing else, and every goal and every missing means has its line."""

import copy
import json
import re
from pathlib import Path

import pytest

from benchmarks import peers, report
from benchmarks.measure import TASKS

ROOT = Path(__file__).parents[1]
RESULTS = json.loads((ROOT / "benchmarks" / "results.json").read_text())


@pytest.fixture
def results():
    return copy.deepcopy(RESULTS)


def test_the_written_parts_are_those_of_the_stored_results(results):
    assert report.PAGE.read_text("utf-8") == report.page(results)
    assert report.FIGURE.read_text("utf-8") == report.figure(results)


def test_the_page_includes_every_part_once(results):
    page = (ROOT / "book" / "benchmark.md").read_text("utf-8")
    parts = re.findall(r"<!-- end of ([\w ]+) -->", report.page(results))
    assert re.findall(r":start-after: <!-- ([\w ]+) -->\n:end-before: <!-- end of \1 -->", page) == sorted(
        parts, key=lambda part: page.index(f"<!-- {part} -->")
    )
    assert len(parts) == len(set(parts)) == 8


def test_a_table_has_the_fastest_first_and_says_what_is_missing():
    seconds = {peers.NUMPY: 4e-5, peers.JAX: "JAX or optax not installed", peers.OURS: 2e-6}
    head, line, *rows = report.table(seconds).splitlines()
    assert rows == [
        "| training.train | 2.00 | 1.00 |",
        "| NumPy by hand | 40.0 | 20.0 |",
        "| JAX, lax.scan with optax | JAX or optax not installed | |",
    ]
    assert {row.count("|") for row in [head, line, *rows]} == {4}


def test_every_goal_has_its_line(results):
    for task, cold in results["cold"].items():
        results["warm"][task] = dict.fromkeys(results["warm"][task], 1.0)
        results["cold"][task] = dict.fromkeys(cold, 1.0)
    results["megabytes"] = 100
    count = sum(len(task.GOALS) for task in TASKS.values()) + 2 + 1  # two first calls, and the memory
    verdicts = [line.split(":")[0] for line in report.goals(results)]
    # As fast as C is within twice its time.
    assert len(verdicts) == count and verdicts.count("reached") == 1
    for task in results["warm"]:
        results["warm"][task][peers.OURS] = 1e-6
        results["cold"][task][peers.OURS] = 1e-6
    results["megabytes"] = 99
    assert [line.split(":")[0] for line in report.goals(results)] == ["reached"] * count


def test_a_goal_of_a_missing_peer_is_not_measured(results):
    results["warm"]["net"][peers.JAX] = "JAX or optax not installed"
    lines = [line for line in report.goals(results) if "JAX" in line]
    assert lines == ["not measured: net, JAX, lax.scan with optax, JAX or optax not installed"]


def test_the_figure_leaves_out_what_was_not_measured(results):
    assert len(report.curves(results)) == 5
    for seconds in results["widths"].values():
        seconds[peers.TORCH] = "PyTorch not installed"
    assert peers.TORCH not in report.curves(results) and len(report.curves(results)) == 4
    assert ">PyTorch<" in report.figure(RESULTS) and ">PyTorch<" not in report.figure(results)
    assert "PyTorch" not in report.alt(results)


def test_the_docstring_of_train_and_the_results_agree(results):
    """The width that the docstring names is the first measured one from which the plain graph wins."""
    from nnopt_course.training import train

    (named,) = re.findall(r"from (\d+) hidden\s+neurons on", train.__doc__)
    curves = report.curves(results)
    wins = [width for width, value in curves[peers.PLAIN].items() if value < curves[peers.OURS][width]]
    assert min(wins) == int(named) and wins == [width for width in curves[peers.PLAIN] if width >= int(named)]
