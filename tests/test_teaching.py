"""The commands and the program on the page for teachers are those that exist."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

from nnopt_course.checking import grade

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "exercises" / "teaching.md").read_text()


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.M | re.S)


def test_every_grading_command_is_understood():
    commands = [shlex.split(block.replace("\\\n", " ")) for block in blocks("shell")]
    grading = [words[3:] for words in commands if words[:3] == ["python", "-m", "nnopt_course.checking.grade"]]
    assert len(grading) == 3
    for arguments in grading:
        grade._parser().parse_args(arguments)


def test_the_container_gets_no_network_no_folder_and_no_root():
    (command,) = [shlex.split(block.replace("\\\n", " ")) for block in blocks("shell") if "docker run" in block]
    options = grade._parser().parse_args(command[3:])
    inside = shlex.split(options.run_in)
    assert inside[:4] == ["docker", "run", "--rm", "-i"] and not {"-v", "--volume", "--mount"} & set(inside)
    for option, value in {"--network": "none", "--cap-drop": "ALL", "--pids-limit": "1024", "--memory": "6g"}.items():
        assert inside[inside.index(option) + 1] == value
    assert inside[inside.index("--user") + 1].partition(":")[0] not in ("0", "root") and "--read-only" in inside
    assert inside[-4:-1] == ["timeout", "-s", "KILL"] and int(inside[-1]) < options.seconds
    assert options.memory < 6


def test_the_program_runs(tmp_path):
    (tmp_path / "submissions").mkdir()
    for name in ("anna", "ben"):
        text = (ROOT / "exercises" / "4_1_exercises.ipynb").read_text()
        (tmp_path / "submissions" / f"{name}.ipynb").write_text(text)
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    (program,) = blocks("python")
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)
    found = sorted(line.split(" ", 2)[:2] for line in done.stdout.splitlines())
    assert found == [[str(Path("submissions", f"{name}.ipynb")), "0"] for name in ("anna", "ben")]
