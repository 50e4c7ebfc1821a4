"""Grade one notebook in a fresh process of its own, with limits on time and memory.

The cells are somebody else's code. The process gets a bare environment, an empty folder to work in, and only the
cells, never the file. It is ended with all that it started when the time is over. This keeps accidents apart; against
malice it runs in a container (``run_in``): the job goes in through standard input, the results come out through
standard output, and nothing else is shared.
"""

import json
import os
import re
import secrets
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nnopt_course.checking import exercises
from nnopt_course.checking.inside import CHECK_CALL

HEADING = re.compile(r"^## (\d+\.\d+\.\d+) ", re.M)
KEPT = ("COMSPEC", "LANG", "LD_LIBRARY_PATH", "PATH", "SYSTEMROOT", "TF_CPP_MIN_LOG_LEVEL", "TF_ENABLE_ONEDNN_OPTS")


@dataclass(frozen=True)
class Rules:
    """What holds for every submission of a class.

    Attributes:
      seed: draws the numbers of the probes.
      seconds: when to end the process of one submission.
      memory: bytes that one process may take.
      chapters: such as ``("4.1",)``; empty for those whose exercises the notebook shows.
      check_seconds: when to stop one check.
      run_in: a command that runs another one elsewhere, such as ``("docker", "run", ...)``; empty for this machine.
    """

    seed: int
    seconds: float = 300.0
    memory: int = 4 * 2**30
    chapters: tuple[str, ...] = ()
    check_seconds: float = 20.0
    run_in: tuple[str, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """What was found about one exercise: as :class:`nnopt_course.checking.Result`, but read from another process."""

    exercise: str
    passed: bool
    mistake: str | None
    message: str


@dataclass(frozen=True)
class Grade:
    """What was found about one submission.

    Attributes:
      submission: its file, as it was named.
      outcomes: one for each exercise of its chapters, in order.
      note: why nothing or not all of it was checked; empty if all of it was.
      seconds: how long it took.
    """

    submission: str
    outcomes: tuple[Outcome, ...]
    note: str
    seconds: float

    @property
    def passed(self) -> int:
        """How many exercises passed."""
        return sum(outcome.passed for outcome in self.outcomes)


def grade(path: Path, rules: Rules) -> Grade:
    """Return the grade of one notebook. Whatever is wrong with it becomes a note, never an exception."""
    start = time.monotonic()
    answers: dict[str, Outcome] = {}
    try:
        cells, ids = read(path, rules.chapters)
    except (AttributeError, KeyError, OSError, RecursionError, TypeError, ValueError) as error:
        ids, note = exercises.of_chapters(set(rules.chapters)), f"not a notebook: {type(error).__name__}"
    else:
        answers, note = _run(cells, ids, rules) if ids else ({}, "no exercise of the course in it")
        if not note and len(answers) < len(ids):
            note = "the process ended by itself"
    outcomes = [answers.get(each) or Outcome(each, False, None, f"{each} not checked: {note}.") for each in ids]
    return Grade(str(path), tuple(outcomes), note, round(time.monotonic() - start, 1))


def read(path: Path, chapters: tuple[str, ...] = ()) -> tuple[list[str], list[str]]:
    """Return a notebook's code cells and the ids of all exercises of its chapters."""
    cells = json.loads(path.read_text("utf-8"))["cells"]
    sources = [(cell["cell_type"], "".join(cell["source"])) for cell in cells]
    shown = [each for _, source in sources for each in (*HEADING.findall(source), *CHECK_CALL.findall(source))]
    known = {exercises.chapter(each) for each in shown if each in exercises.MODULES}
    return [source for kind, source in sources if kind == "code"], exercises.of_chapters(set(chapters) or known)


def _run(cells: list[str], ids: list[str], rules: Rules) -> tuple[dict[str, Outcome], str]:
    """Run the cells in a fresh process; return the outcomes that it reported, and why it ended too early."""
    nonce = secrets.token_hex(16)
    job = {"nonce": nonce, "cells": cells, "exercises": ids, "seed": rules.seed, "memory": rules.memory}
    job |= {"seconds": rules.seconds, "check_seconds": rules.check_seconds}
    command = [*rules.run_in, "python"] if rules.run_in else [sys.executable]
    note = ""
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder,
        tempfile.TemporaryFile() as reported,  # a file, because a pipe stays open while anybody holds it
    ):
        process = subprocess.Popen(
            [*command, "-m", "nnopt_course.checking.inside"],
            stdin=subprocess.PIPE,
            stdout=reported,
            stderr=subprocess.DEVNULL,
            cwd=folder,
            env=_environment(folder),
            start_new_session=True,
        )
        try:
            process.communicate(json.dumps(job).encode(), timeout=rules.seconds)
        except subprocess.TimeoutExpired:
            note = f"stopped after {rules.seconds:g} seconds"
        finally:
            _end(process)
        reported.seek(0)
        lines = reported.read().decode("utf-8", "replace").splitlines()
    found = [_outcome(line.removeprefix(nonce)) for line in lines if line.startswith(nonce)]
    return {outcome.exercise: outcome for outcome in found if outcome}, note


def _environment(folder: str) -> dict[str, str]:
    """Return what the process sees: none of the teacher's variables that it does not need, and a home of its own."""
    kept = {name: value for name, value in os.environ.items() if name.upper() in KEPT}
    package = str(Path(__file__).parents[2])
    return kept | {"PYTHONPATH": package, "HOME": folder, "USERPROFILE": folder, "IPYTHONDIR": folder, "TMPDIR": folder}


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the process and all that it started in its session."""
    if hasattr(os, "killpg"):
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            pass  # nobody is left
    else:
        process.kill()
    process.wait()


def _outcome(line: str) -> Outcome | None:
    """Read one reported line; keep from its text only what is printable, so that it cannot steer a terminal."""
    try:
        found: dict[str, Any] = json.loads(line)
    except ValueError:  # a cell wrote into it: silence
        return None
    message = "".join(mark if mark.isprintable() or mark == "\n" else "?" for mark in found["message"][:2000])
    return Outcome(found["exercise"], found["passed"], found["mistake"], message)
