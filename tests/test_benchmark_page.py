"""The benchmark page shows the stored results and nothing else, and every goal and every missing means has its line."""

import re

import pytest

from benchmarks import figure, report
from benchmarks.contestants import JAX, NUMPY, PLAIN, TORCH, TRAIN
from benchmarks.measure import TASKS


@pytest.fixture
def results():
    return report.stored()


def test_the_written_parts_are_those_of_the_stored_results(results):
    assert report.PAGE.read_text("utf-8") == report.page(results)
    assert report.FIGURE.read_text("utf-8") == figure.svg(report.curves(results))


def test_the_page_includes_every_part_once(results):
    page = (report.BOOK / "benchmark.md").read_text("utf-8")
    parts = re.findall(r"<!-- end of ([\w ]+) -->", report.page(results))
    assert re.findall(r":start-after: <!-- ([\w ]+) -->\n:end-before: <!-- end of \1 -->", page) == sorted(
        parts, key=lambda part: page.index(f"<!-- {part} -->")
    )
    assert len(parts) == len(set(parts)) == 8


def test_a_table_has_the_fastest_first_and_says_what_is_missing():
    seconds = {NUMPY: 4e-5, JAX: "No module named 'jax'", TRAIN: 2e-6}
    head, line, *rows = report.table(seconds).splitlines()
    assert rows == [
        "| **train** | 2.00 | 1.00 |",
        "| NumPy | 40.0 | 20.0 |",
        "| JAX with optax | No module named 'jax' | |",
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
        results["warm"][task][TRAIN] = 1e-6
        results["cold"][task][TRAIN] = 1e-6
    results["megabytes"] = 99
    assert [line.split(":")[0] for line in report.goals(results)] == ["reached"] * count


def test_a_goal_of_a_missing_contestant_is_not_measured(results):
    results["warm"]["net"][JAX] = "No module named 'jax'"
    lines = [line for line in report.goals(results) if "JAX" in line]
    assert lines == ["not measured: net, JAX with optax, No module named 'jax'"]


def test_the_figure_leaves_out_what_was_not_measured(results):
    everything = report.curves(results)
    for seconds in results["widths"].values():
        seconds[TORCH] = "No module named 'torch'"
    curves = report.curves(results)
    assert list(everything) == list(report.WIDE.values())
    assert curves == {label: curve for label, curve in everything.items() if label != "PyTorch"}
    assert ">PyTorch<" in figure.svg(everything) and ">PyTorch<" not in figure.svg(curves)
    assert "PyTorch" in figure.alt(everything) and "PyTorch" not in figure.alt(curves)


def test_the_docstring_of_train_and_the_results_agree(results):
    """What the docstring says of ``jit=False`` holds for the net that it names."""
    from nnopt_course.training import train

    (width,) = re.findall(r"about as fast for wide ones\s+\(64-(\d+)-10 on batches of 250", train.__doc__)
    seconds = results["widths"][width]
    assert 2 / 3 < seconds[PLAIN] / seconds[TRAIN] < 3 / 2
