"""The package as others get it: an sdist, from that a wheel, installed, and used from outside of the repository."""

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tomllib
import zipfile
from email import message_from_bytes
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
MODULES = {path.relative_to(ROOT).as_posix() for path in (ROOT / "nnopt_course").rglob("*.py")}
NOT_COPIED = shutil.ignore_patterns(".*", "_build", "node_modules", "__pycache__", "*.egg-info")
OUTSIDE = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}

PROGRAM = """\
from typing import Any

import numpy as np

from nnopt_course import comparison, datasets, figures, losses, network
from nnopt_course.ema import MovingAverage
from nnopt_course.keras_adapters import AsymmetricLoss
from nnopt_course.optimizers import Adam, Optimizer
from nnopt_course.regularizers import HalfL2
from nnopt_course.schedules import ExponentialDecay
from nnopt_course.template.settings import Settings
from nnopt_course.training import History, sweep, train


def loss(parameters: Any, x: Any, y: Any) -> Any:
    return losses.mean_squared_error(y, network.dense(parameters, x))


start: list[np.ndarray] = network.initial_parameters((2, 3, 1), seed=0)
decay, adam = ExponentialDecay(0.01, decay_steps=10, decay_rate=0.9), Adam()
penalty, average = HalfL2(0.01), MovingAverage(0.9)
data = datasets.yogurt()
run = train(loss, start, data, steps=50, learning_rate=decay, optimizer=adam, penalty=penalty, average=average)
runs: list[History] = sweep(loss, [start] * 2, data, steps=50, learning_rate=[0.01, 0.02])
rule: Optimizer = adam
fallen = bool(run.loss[-1] < run.loss[0])
print(fallen, [values.shape for values in run.final_shadows], AsymmetricLoss(cost=1, profit=9).profit)
"""
WRONG = {
    "datasets.yogurt(seed='0')": "arg-type",
    "train(loss, start, data, steps='50', learning_rate=decay)": "arg-type",
    "train(loss, start, data, steps=50, learning_rate=decay, optimizer=penalty)": "arg-type",
    "train(loss, start, data, steps=50, learning_rate=decay, average=adam)": "arg-type",
    "train(loss, start, data, steps=50)": "call-arg",
    "run.losses": "attr-defined",
    "step: str = run.diverged_at": "assignment",
    "Settings(rate=0.1)": "call-arg",
    "ExponentialDecay(0.01, '10', 0.9)": "arg-type",
    "network.count_parameters(3)": "arg-type",
    "comparison.paired_difference([1.0], [2.0]).missing": "attr-defined",
    "figures.show(run, alt='')": "arg-type",
}


def run(*command, cwd):
    """Run a command that succeeds, and return what it prints."""
    done = subprocess.run([*map(str, command)], cwd=cwd, env=OUTSIDE, capture_output=True, encoding="utf-8")
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """Return the folder with the sdist and the wheel, built from a copy, since a build leaves files behind."""
    source, out = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("dist")
    shutil.copytree(ROOT, source, ignore=NOT_COPIED, dirs_exist_ok=True)
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", out, source, cwd=out)
    return out


@pytest.fixture(scope="module")
def wheel(built):
    (path,) = built.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def python(wheel, tmp_path_factory):
    """Return the Python of an environment that holds the wheel and finds its dependencies in this one."""
    folder = tmp_path_factory.mktemp("environment")
    run(sys.executable, "-m", "venv", "--without-pip", folder, cwd=folder)
    program = folder / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    packages = run(program, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=folder).strip()
    options = ["--no-deps", "--no-index", "--target", packages]
    run(sys.executable, "-m", "pip", "--disable-pip-version-check", "install", *options, wheel, cwd=folder)
    Path(packages, "dependencies.pth").write_text(sysconfig.get_path("purelib"), "utf-8")
    return program


def test_the_wheel_holds_the_package_and_nothing_else(wheel):
    about = wheel.name.removesuffix("-py3-none-any.whl") + ".dist-info"
    described = {f"{about}/{name}" for name in ("METADATA", "RECORD", "WHEEL", "top_level.txt", "licenses/LICENSE")}
    with zipfile.ZipFile(wheel) as file:
        assert set(file.namelist()) == MODULES | {"nnopt_course/py.typed"} | described


def test_the_metadata_are_those_of_the_project(wheel):
    with zipfile.ZipFile(wheel) as file:
        (name,) = (name for name in file.namelist() if name.endswith("METADATA"))
        about = message_from_bytes(file.read(name))
    for field, key in {"Name": "name", "Version": "version", "License-Expression": "license"}.items():
        assert about[field] == PROJECT[key]
    assert SpecifierSet(about["Requires-Python"]) == SpecifierSet(PROJECT["requires-python"])
    assert about.get_payload().strip() == (ROOT / "README.md").read_text("utf-8").strip()
    needed = {Requirement(text) for text in about.get_all("Requires-Dist") if "extra ==" not in text}
    assert needed == {Requirement(text) for text in PROJECT["dependencies"]}
    assert about.get_all("Provides-Extra") == [*PROJECT["optional-dependencies"]]


def test_the_sdist_holds_what_the_wheel_is_built_from(built):
    (path,) = built.glob("*.tar.gz")
    with tarfile.open(path) as file:
        names = {name.partition("/")[2] for name in file.getnames()}
    assert MODULES | {"nnopt_course/py.typed", "pyproject.toml", "README.md", "LICENSE"} <= names
    assert {name.partition("/")[0] for name in names} & {"tests", "book", "exercises", "benchmarks"} == set()


def test_the_doctests_pass_from_outside(python, tmp_path):
    options = ["-W", "error", "-p", "no:cacheprovider", "--quiet"]
    said = run(python, "-m", "pytest", "--doctest-modules", "--pyargs", "nnopt_course", *options, cwd=tmp_path)
    with_doctests = [name for name in MODULES if re.search(r"^ *>>> ", (ROOT / name).read_text("utf-8"), re.M)]
    assert int(re.search(r"(\d+) passed in", said)[1]) >= len(with_doctests) > 20


def test_a_program_that_uses_it_runs_from_outside(python, tmp_path):
    assert run(python, "-c", PROGRAM, cwd=tmp_path) == "True [(2, 3), (3,), (3, 1), (1,)] 9.0\n"
    where = "import nnopt_course; print(nnopt_course.__file__)"
    assert Path(run(python, "-c", where, cwd=tmp_path).strip()).is_relative_to(python.parents[1])


def test_the_template_runs_from_outside(python, tmp_path):
    said = run(python, "-m", "nnopt_course.template.backward", "--steps", "300", "--out", "run", cwd=tmp_path)
    assert "after 300 updates" in said
    assert {path.name for path in (tmp_path / "run").iterdir()} == {"boundary.svg", "checkpoint.npz", "metrics.json"}


def test_a_type_checker_believes_the_program_and_refuses_wrong_types(python, tmp_path):
    """The wheel has py.typed, so that mypy reads its annotations and not only its names."""
    lines = [*PROGRAM.splitlines(), *WRONG]
    (tmp_path / "program.py").write_text("\n".join(lines), "utf-8")
    options = ["--strict", "--python-executable", python, "--cache-dir", tmp_path / "cache", "--config-file", ""]
    command = [sys.executable, "-m", "mypy", *options, "program.py"]
    done = subprocess.run([*map(str, command)], cwd=tmp_path, env=OUTSIDE, capture_output=True, encoding="utf-8")
    found = re.findall(r"^program\.py:(\d+): error: .* \[([a-z-]+)\]$", done.stdout, re.M)
    assert [(lines[int(line) - 1], code) for line, code in found] == [*WRONG.items()], done.stdout + done.stderr
