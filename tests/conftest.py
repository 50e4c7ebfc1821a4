"""Fixtures that several files of tests use: the built book, the course's figure style, what was displayed."""

import re
import subprocess
import sysconfig
from pathlib import Path

import hypothesis
import matplotlib as mpl
import matplotlib.pyplot as plt
import pytest

from nnopt_course import figures

ROOT = Path(__file__).resolve().parents[1]


def pytest_generate_tests(metafunc):
    """Run a test that takes ``page`` once for every page in the table of contents."""
    if "page" in metafunc.fixturenames:
        toc = (ROOT / "_toc.yml").read_text("utf-8")
        metafunc.parametrize("page", re.findall(r"^ *(?:- file|root): (\S+)$", toc, re.M))


@pytest.fixture(scope="session")
def build():
    """Return a function that builds the book in one folder into another by the documented command."""

    def run(source, output):
        program = Path(sysconfig.get_path("scripts"), "jupyter-book")
        command = [program, "build", ".", "-W", "-n", "--keep-going", "--all", "--path-output", output]
        return subprocess.run(command, cwd=source, capture_output=True, encoding="utf-8")

    return run


@pytest.fixture(scope="session")
def site(build, tmp_path_factory):
    """Return the folder of the site, freshly built."""
    output = tmp_path_factory.mktemp("site")
    done = build(ROOT, output)
    if done.returncode:
        pytest.fail(f"the book does not build:\n{done.stderr}", pytrace=False)
    return output / "_build" / "html"


@pytest.fixture
def style():
    """Draw in the style of the course and leave no setting and no figure behind."""
    with mpl.rc_context():
        figures.use_style()
        yield
    plt.close("all")


@pytest.fixture
def displayed(monkeypatch):
    """Return the list of what was displayed, each with the options of the call."""
    calls = []
    monkeypatch.setattr(figures, "display", lambda data, **options: calls.append((data, options)))
    return calls


# The same examples in every run: a red test stays red until somebody fixes it.
hypothesis.settings.register_profile("course", derandomize=True, deadline=None, max_examples=50)
hypothesis.settings.load_profile("course")
