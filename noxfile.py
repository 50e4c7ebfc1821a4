"""The matrix of processors and versions: each session is a cell, and one command runs it.

``.venv/bin/nox --list`` names them, ``.venv/bin/nox -s "processor(setting='avx')"`` runs one. The weekly workflow
runs all of them.
"""

import sys
import tempfile
from pathlib import Path

import nox

sys.path.append(str(Path(__file__).parent))
from tests.processors import SETTINGS, possible

nox.options.default_venv_backend = "uv"
PYTHONS = ["3.11", "3.12", "3.13"]
NOTEBOOKS = ["--nbval", "-p", "no:cacheprovider", "book", "exercises"]
PARTS = sorted({path.stem.strip("_") for path in Path("nnopt_course").iterdir()} - {"", "init", "pycache"})
PACKAGE = ["nnopt_course", *sorted(str(path) for part in PARTS for path in Path("tests").glob(f"test_{part}*.py"))]
LOCKED_PYTHON = str(Path(".venv/bin/python").absolute())


@nox.session(venv_backend="none")
@nox.parametrize("setting", list(SETTINGS), ids=list(SETTINGS))
def processor(session, setting):
    """Run every notebook strictly, in the environment that `make test` made, on an imitated processor."""
    if not possible(setting):
        session.skip(f"this machine's processor does not have the instructions of {setting}")
    session.run(LOCKED_PYTHON, "-m", "pytest", *NOTEBOOKS, *session.posargs, env=SETTINGS[setting], external=True)


@nox.session(python=PYTHONS)
@nox.parametrize("versions", ["lowest", "locked", "newest"], ids=["lowest", "locked", "newest"])
def versions(session, versions):
    """Run the package's tests on one set of versions; the notebooks too, on the newest as a report."""
    project = ["-e", ".[book,site,pdf,test]"]
    if versions == "locked":
        session.install("--no-deps", "-r", "requirements.txt")
        session.install("--no-deps", "-e", ".")
    elif versions == "lowest":
        lowest = str(Path(session.create_tmp(), "lowest.txt"))
        compile_ = [sys.executable, "-m", "uv", "pip", "compile", "-q", "--resolution=lowest-direct", "--python", session.python]
        session.run(*compile_, "pyproject.toml", "-o", lowest, external=True)
        session.install(*project, "--constraint", lowest)
    else:
        session.install("--upgrade", *project)
    session.run("python", "-m", "pytest", *PACKAGE, *session.posargs)
    if versions != "lowest":
        session.run("python", "-m", "pytest", *NOTEBOOKS, *session.posargs, success_codes=[0, 1][: 1 + (versions == "newest")])


@nox.session(python=PYTHONS)
def package(session):
    """Build the wheel, install it into an empty environment with what it asks for, and use it from outside."""
    with tempfile.TemporaryDirectory() as outside:
        session.run(LOCKED_PYTHON, "-m", "build", "--no-isolation", "--outdir", outside, external=True)
        (wheel,) = Path(outside).glob("*.whl")
        session.install(str(wheel), "pytest")
        session.run(sys.executable, "-m", "uv", "pip", "check", "--python", f"{session.bin}/python", external=True)
        session.chdir(outside)
        # Without conftest.py: nox keeps its environments inside the repository, and pytest would look upward.
        session.run("python", "-m", "pytest", "--noconftest", "--doctest-modules", "--pyargs", "nnopt_course")
        session.run("python", "-m", "nnopt_course.template.backward", "--steps", "300")
