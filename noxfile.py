"""The matrix of processors and versions: each session is a cell, and one command runs it.

``.venv/bin/nox --list`` names them; ``.venv/bin/nox -s "processor(avx)"`` runs one, and hands what follows `` -- ``
to pytest. The weekly workflow runs all of them but the mutants.
"""

import sys
import tempfile
from pathlib import Path

import nox

sys.path.append(str(Path(__file__).parent))
from tests.processors import SETTINGS, possible

nox.options.default_venv_backend = "uv"
nox.options.download_python = "never"  # uv would fetch a missing one by itself
PYTHONS = ["3.11", "3.12", "3.13"]
LOCKED_PYTHON = str(Path(".venv/bin/python").absolute())

NOTEBOOKS = ["--nbval", "book", "exercises"]
PARTS = sorted(path.stem for path in Path("nnopt_course").glob("[!_]*") if path.suffix != ".typed")
PARTS += sorted(path.stem for path in Path("nnopt_course").glob("_[!_]*.py"))
# The package's tests: its examples, and the files of tests that are named after its modules.
TESTS = [str(path) for part in PARTS for path in sorted(Path("tests").glob(f"test_{part.strip('_')}*.py"))]
PACKAGE = ["nnopt_course", *TESTS]

RANGES = ["-r", "pyproject.toml", "--extra", "test", "--extra", "pdf"]  # tests/conftest.py imports Playwright
INSTALL = {
    # Not what would have to be built: an old NumPy has no wheel for a new Python.
    "lowest": ["--resolution", "lowest-direct", "--only-binary", ":all:", *RANGES],
    "locked": ["-r", "requirements.txt"],
    "newest": ["--upgrade", *RANGES],
}


@nox.session(venv_backend="none")
@nox.parametrize("setting", list(SETTINGS), ids=list(SETTINGS))
def processor(session, setting):
    """Run every notebook strictly, in the environment that `make test` made, on an imitated processor."""
    if not possible(setting):
        session.skip(f"not possible here: this machine's processor does not have the instructions of {setting}")
    session.run(LOCKED_PYTHON, "-m", "pytest", *NOTEBOOKS, *session.posargs, env=SETTINGS[setting], external=True)


@nox.session(venv_backend="none")
def drift(session):
    """Measure on every page, under all settings, how near the numbers are to printing something else."""
    command = [LOCKED_PYTHON, "-m", "pytest", "-rP", "tests/test_drift.py", *session.posargs, "--dist", "load"]
    session.run(*command, env={"DRIFT": "all"}, external=True)


@nox.session(python=PYTHONS)
@nox.parametrize("versions", list(INSTALL), ids=list(INSTALL))
def versions(session, versions):
    """Run the package's tests on one set of versions, and the notebooks: locked strictly, newest as a report."""
    session.install(*INSTALL[versions])
    session.install("--no-deps", "-e", ".")
    # Old packages meet new ones of their own dependencies, which deprecate what the old ones call.
    ignored = ["-W", "ignore::DeprecationWarning"] if versions == "lowest" else []
    session.run("python", "-m", "pytest", *PACKAGE, *ignored, *session.posargs)
    if versions == "locked":
        session.run("python", "-m", "pytest", *NOTEBOOKS, *session.posargs)
    elif versions == "newest":
        session.run("python", "-m", "pytest", *NOTEBOOKS, *session.posargs, success_codes=[0, 1])  # 1: some differ


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


@nox.session
@nox.parametrize("part", PARTS, ids=PARTS)
def mutation(session, part):
    """Break one part of the package in one place at a time, and see whether its tests notice."""
    session.install("-r", "requirements.txt")
    session.install("--group", "mutation")
    session.run("python", "-m", "mutation", part, *session.posargs)


@nox.session
def peers(session):
    """Compare the benchmark's contestants, those included whose packages are not in the environment."""
    session.install("-r", "requirements.txt", "--group", "peers")
    session.install("--no-deps", "-e", ".")
    session.run("python", "-m", "pytest", "tests/test_benchmarks.py", "-m", "", *session.posargs, env={"CI": "true"})
