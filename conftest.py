"""What pytest needs to know about the whole repository."""

import os
from collections import defaultdict
from pathlib import Path

import pytest

import nnopt_course  # noqa: F401  sets TensorFlow's variables for this process and for the kernels it starts

# Scripts and listings, not modules of the package: tests import them on purpose, doctest collection must not.
collect_ignore = ["book/_ext", *(f"book/{name}.py" for name in ("archive", "changes", "chromium", "execute", "pdf"))]
collect_ignore += ["exercises/answers", "exercises/generate.py", "exercises/masters"]


def pytest_itemcollected(item):
    """Keep the cells of a notebook in order where the tests are shuffled (``--random-order``)."""
    if item.path.suffix == ".ipynb":
        item.add_marker(pytest.mark.random_order(disabled=True))


def pytest_terminal_summary(terminalreporter):
    """Say which pages print something else than they store, here and in the summary of a workflow."""
    pages = defaultdict(list)
    for report in terminalreporter.stats.get("failed", []):
        path, _, cell = report.nodeid.partition("::Cell ")
        if path.endswith(".ipynb"):
            pages[path].append(cell)
    lines = [f"{page} prints something else in cells {', '.join(cells)}" for page, cells in sorted(pages.items())]
    for line in lines:
        terminalreporter.write_line(line)
    if lines and (summary := os.environ.get("GITHUB_STEP_SUMMARY")):
        with Path(summary).open("a") as file:
            file.writelines(f"- {line}\n" for line in lines)
