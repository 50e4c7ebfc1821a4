"""The set-up script where it cannot succeed: it says what is missing and what to do, and leaves no environment."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows uses the plain commands of the README")


@pytest.fixture
def set_up(tmp_path):
    """Return a function that runs the script in a copy of its own, with the given lock and Python."""
    (tmp_path / ".ci").mkdir()
    shutil.copy(ROOT / ".ci" / "set-up", tmp_path / ".ci")

    def run(lock, *python):
        (tmp_path / "requirements.txt").write_text(lock)
        command = ["sh", ".ci/set-up", ".venv", "requirements.txt", *map(str, python)]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)

    return run


def fake_python(folder, version):
    """Write a program that answers the script's question about its version as that Python would."""
    program = folder / f"python{version[1]}"
    code = f"import sys; sys.version_info = {version}; exec(sys.argv[1])"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -c "{code}" "$2"\n')
    program.chmod(0o755)
    return program


@pytest.mark.parametrize("version", [(3, 10), (3, 14)])
def test_an_unsuitable_python_is_refused_with_what_to_do(set_up, tmp_path, version):
    done = set_up("", fake_python(tmp_path, version))
    assert done.returncode == 1
    assert "needs Python 3.11, 3.12 or 3.13" in done.stderr and "make book PYTHON=" in done.stderr
    assert not (tmp_path / ".venv").exists()


def test_a_suitable_python_is_accepted(set_up, tmp_path):
    """The fake stands in for the question only; as an interpreter it is useless, so the next step fails."""
    assert "Setting up .venv" in set_up("", fake_python(tmp_path, (3, 12))).stdout


def test_a_missing_python_is_refused_with_what_to_do(set_up):
    done = set_up("", "no-such-python")
    assert done.returncode == 1
    assert "found none (tried: no-such-python)" in done.stderr


def test_a_failing_pip_is_followed_by_what_to_do(set_up):
    done = set_up("./no-such-file.whl\n", sys.executable)
    assert done.returncode == 1
    assert "could not be installed" in done.stderr and "run the same command again" in done.stderr
