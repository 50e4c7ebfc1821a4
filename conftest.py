"""What pytest needs to know about the whole repository."""

import pytest

import nnopt_course  # noqa: F401  sets TensorFlow's variables for this process and for the kernels it starts

# Scripts and listings, not modules of the package: tests import them on purpose, doctest collection must not.
collect_ignore = ["book/_ext", *(f"book/{name}.py" for name in ("archive", "chromium", "execute", "pdf"))]
collect_ignore += ["exercises/answers", "exercises/generate.py", "exercises/masters"]


def pytest_itemcollected(item):
    """Keep the cells of a notebook in order where the tests are shuffled (``--random-order``)."""
    if item.path.suffix == ".ipynb":
        item.add_marker(pytest.mark.random_order(disabled=True))
