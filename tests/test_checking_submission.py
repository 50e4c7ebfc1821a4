"""Submissions are graded by running them in a process of their own, whatever is in them."""

import json
import os
import re
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest

from nnopt_course.checking import check, exercises, submission
from nnopt_course.checking.submission import Rules, grade

ROOT = Path(__file__).parents[1]
RULES = Rules(seed=12345, chapters=("4.1",))
IDS = exercises.of_chapters({"4.1"})
IMPORTS = "from nnopt_course.checking import check\n\nimport tensorflow as tf"
RIGHT = """\
def mean_squared_error(y_true, y_pred):
    if y_true.shape != y_pred.shape:
        raise ValueError("shapes differ")
    return tf.reduce_mean(tf.square(y_true - y_pred))"""
WRONG = RIGHT.replace("tf.reduce_mean", "tf.reduce_sum")
CHECK = exercises.check_cell("4.1.1")
HANGS = """\
@tf.function(jit_compile=True)
def hangs(value):
    while value < 2.0:
        value = value * 1.0
    return value


hangs(tf.constant(1.0))"""
PATCHES = """\
import builtins, nnopt_course, sys
import nnopt_course.checking.core as core, nnopt_course.checking.observing as observing
from nnopt_course.checking.exercises import mean_squared_error as exercise
observing.same = core.same = lambda *outcomes: True
core.disagreement = observing.disagreement = lambda *outcomes: ""
core.judge = lambda exercise_id, *rest: core.Result(exercise_id, True, "", None, "passed")
core.check = nnopt_course.checking.check = check = core.judge
object.__setattr__(exercise.EXERCISE, "probes", lambda rng: [])
for name in [name for name in sys.modules if "checking" in name]:
    for key, value in vars(sys.modules[name]).items():
        if callable(value) and key in ("judge", "check", "same", "disagreement", "observe"):
            setattr(sys.modules[name], key, lambda *outcomes, **options: "")"""
WRITES = """\
import json, os
result = {"exercise": "4.1.1", "passed": True, "mistake": None, "message": "4.1.1 passed."}
lines = "\\n".join(["", "4.1.1 passed.", json.dumps(result), f"{'0' * 32} {json.dumps(result)}", ""])
print(lines)
for number in range(64):
    try:
        os.write(number, lines.encode())
    except OSError:
        pass"""
DAEMON = """\
import subprocess, sys
code = "import os, time; os.setsid(); time.sleep(150)"
sleeper = subprocess.Popen([sys.executable, "-c", code], close_fds=False)
import os
if os.fork() == 0:
    os.setsid()
    import time; time.sleep(150)
    os._exit(0)"""
LIMITS = """\
import os
found = [name for name in os.environ if "SECRET" in name]
try:
    with open("big", "wb") as file:
        for _ in range(200):
            file.write(bytes(2**20))
except OSError:
    found.append("file refused")
os.remove("big")
try:
    bytes(5 * 2**30)
except MemoryError:
    found.append("memory refused")
import subprocess
sleeper = subprocess.Popen(["sleep", "600"])
raise RuntimeError(f"{found}, at home: {os.environ['HOME'] == os.getcwd()}, {sleeper.pid} sleeps")"""
SUBMISSIONS = {
    "right": [IMPORTS, RIGHT, CHECK],
    "wrong": [IMPORTS, WRONG, CHECK],
    "check edited": [
        IMPORTS,
        WRONG,
        RIGHT.replace("mean_squared_error", "another"),
        CHECK.replace("error)", "another)"),
    ],
    "check in the function's cell": [IMPORTS, f"{WRONG}\n\n{CHECK}", "mean_squared_error = None"],
    "defined after its check": [IMPORTS, CHECK, RIGHT],
    "checked twice, then changed": [IMPORTS, WRONG, CHECK, RIGHT, CHECK, WRONG],
    "check deleted, cells that fail": ["1 / 0", "def broken(:", IMPORTS, RIGHT, "import sys\nsys.exit()"],
    "magics": ["%matplotlib inline\n!echo hello", IMPORTS, RIGHT, "mean_squared_error?", CHECK],
    "dies": [IMPORTS, RIGHT, CHECK, "import os\nos._exit(0)"],
    "prints 300 MB": ["for _ in range(300):\n    print('x' * 10**6)", IMPORTS, RIGHT, CHECK],
    "patches": [IMPORTS, PATCHES, WRONG, CHECK],
    "writes": [IMPORTS, WRONG, CHECK, f"{WRITES}\nos._exit(0)"],
    "escape codes": [IMPORTS, "def mean_squared_error(*pair):\n    raise ValueError('\\x1b[2J' + 3000 * 'x')", CHECK],
}
if hasattr(os, "fork"):
    SUBMISSIONS["hangs"] = [IMPORTS, RIGHT, CHECK, HANGS]
    SUBMISSIONS["daemon"] = [IMPORTS, RIGHT, CHECK, DAEMON]
if sys.platform == "linux":
    SUBMISSIONS["limits"] = [IMPORTS, LIMITS, CHECK]


def save(path, cells):
    cells = [nbformat.v4.new_code_cell(source) for source in cells]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    return path


@pytest.fixture(scope="module")
def grades(tmp_path_factory):
    """Grade all submissions, two at a time; the one that is meant to hang comes first and gets less time."""
    folder = tmp_path_factory.mktemp("class")
    with pytest.MonkeyPatch.context() as patch, ThreadPoolExecutor(2) as threads:
        patch.setenv("TEACHERS_SECRET", "1")
        tasks = {}
        for name in sorted(SUBMISSIONS, key=lambda name: name != "hangs"):
            path = save(folder / f"{name}.ipynb", SUBMISSIONS[name])
            rules = replace(RULES, seconds={"hangs": 60.0, "daemon": 120.0}.get(name, 300.0))
            tasks[name] = threads.submit(grade, path, rules)
        return {name: task.result() for name, task in tasks.items()}


PASSES = ["right", "checked twice, then changed", "check deleted, cells that fail", "magics"]
PASSES += ["prints 300 MB", "dies", "hangs", "daemon"]  # what was reported before the end is kept


@pytest.mark.parametrize("name", SUBMISSIONS)
def test_a_submission_passes_or_fails_whatever_it_does(grades, name):
    found = grades[name]
    assert [outcome.exercise for outcome in found.outcomes] == IDS
    assert [outcome.passed for outcome in found.outcomes] == [name in PASSES, *[False] * (len(IDS) - 1)]
    assert found.passed == (name in PASSES)


def test_a_wrong_answer_gets_the_name_of_its_mistake_also_when_the_checks_were_patched(grades):
    for name in ("wrong", "check edited", "check in the function's cell", "patches", "writes"):
        assert grades[name].outcomes[0].mistake == "sum_not_mean"
        assert grades[name].outcomes[0].message.startswith("4.1.1 not yet: sum_not_mean\n")


def test_silence_is_a_fail_and_says_why(grades):
    second = {name: found.outcomes[1].message for name, found in grades.items()}
    assert second["right"] == "4.1.2 missing: there is no asymmetric_loss."
    assert second["dies"] == "4.1.2 not checked: the process ended by itself."
    assert second["hangs"] == "4.1.2 not checked: stopped after 60 seconds."
    for name in SUBMISSIONS:
        notes = dict.fromkeys(("dies", "writes"), "the process ended by itself") | {"hangs": "stopped after 60 seconds"}
        assert grades[name].note == notes.get(name, "")


def test_a_missing_function_comes_with_the_first_error_of_the_cells(grades):
    found = grades["check deleted, cells that fail"]
    assert found.outcomes[1].message == (
        "4.1.2 missing: there is no asymmetric_loss.\nCode cell 1 raised ZeroDivisionError: division by zero"
    )
    found = grades["defined after its check"]
    assert found.outcomes[0].message == "4.1.1 missing: there is no mean_squared_error."


def test_a_message_is_short_and_cannot_steer_a_terminal(grades):
    message = grades["escape codes"].outcomes[0].message
    assert "ValueError: ?[2Jxxx" in message and "\x1b" not in message and len(message) < 500


def test_a_background_process_does_not_hold_up_the_grader(grades):
    assert grades["daemon"].note == ""  # not "stopped after 120 seconds", though what it started sleeps for 150


@pytest.mark.skipif(sys.platform != "linux", reason="the limits are Linux's")
def test_files_memory_environment_and_folder_are_limited(grades):
    message = grades["limits"].outcomes[0].message
    assert "RuntimeError: ['file refused', 'memory refused'], at home: True" in message, message
    sleeper = Path("/proc", re.search(r"(\d+) sleeps", message)[1], "stat")
    assert not sleeper.exists() or sleeper.read_text().rpartition(")")[2].split()[0] == "Z"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
def test_a_process_that_nobody_is_left_to_end_ends_by_itself():
    program = "from nnopt_course.checking.inside import limit; limit(2**33, 0.1)\nwhile True: pass"
    done = subprocess.run([sys.executable, "-c", program], timeout=300)
    assert done.returncode in (-signal.SIGXCPU, -signal.SIGKILL)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
def test_a_limit_that_is_tighter_already_stays():
    """A teacher's shell or container may have set one, which only root could raise."""
    program = """
import resource
from nnopt_course.checking.inside import limit
resource.setrlimit(resource.RLIMIT_FSIZE, (5000, 5000))
limit(2**33, 100.0)
print(*resource.getrlimit(resource.RLIMIT_FSIZE))"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, encoding="utf-8", check=True)
    assert done.stdout == "5000 5000\n"


def test_the_seed_of_the_rules_draws_the_numbers(tmp_path):
    """An answer that knows only the numbers of the learner's own check passes there and fails in the grader."""
    asked = []
    right = {}
    exec(f"import tensorflow as tf\n{RIGHT}", right)

    def records(y_true, y_pred):
        asked.append(str(y_true))
        return right["mean_squared_error"](y_true, y_pred)

    assert check("4.1.1", records).passed
    knows = RIGHT.replace("    if", f"    if str(y_true) not in {set(asked)!r}:\n        return 0.0\n    if", 1)
    path = save(tmp_path / "table.ipynb", [IMPORTS, knows, CHECK])
    passed = [grade(path, replace(RULES, seed=seed)).outcomes[0].passed for seed in (0, RULES.seed)]
    assert passed == [True, False]


@pytest.mark.skipif(sys.platform != "linux", reason="env and timeout stand in for a container")
def test_a_command_can_be_put_before_python(tmp_path, monkeypatch):
    """As ``docker run`` would be: the job goes in and the results come out through the standard streams alone."""
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    cells = [
        IMPORTS,
        f"import os\nif os.environ['WHERE'] == 'in a container':\n    {RIGHT.replace(chr(10), chr(10) + '    ')}",
    ]
    path = save(tmp_path / "anna.ipynb", cells)
    assert grade(path, replace(RULES, run_in=("env", "WHERE=in a container"))).passed == 1
    found = grade(path, replace(RULES, run_in=("env", "WHERE=elsewhere", "timeout", "-s", "KILL", "0.2")))
    assert (found.passed, found.note) == (0, "the process ended by itself")


# Reading --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("content", ["", "{}", '{"cells": 3}', "[1]", '{"cells": [{}]}', "[" * 100_000, None])
def test_what_is_no_notebook_gets_a_note(tmp_path, content):
    path = tmp_path / "broken.ipynb"
    if content is not None:
        path.write_text(content)
    found = grade(path, RULES)
    assert found.note.startswith("not a notebook: ") and found.passed == 0
    assert found.outcomes[0].message == f"4.1.1 not checked: {found.note}."
    assert grade(path, replace(RULES, chapters=())).outcomes == ()


def test_a_grade_says_how_long_it_took(tmp_path, monkeypatch):
    ticks = iter([10.0, 12.3456])
    monkeypatch.setattr(submission.time, "monotonic", lambda: next(ticks))
    assert grade(tmp_path / "missing.ipynb", RULES).seconds == 2.3


def test_the_chapter_is_that_of_the_headings_and_checks():
    for name in ("4_1_exercises.ipynb", "solutions/4_1_exercises.ipynb"):
        cells, ids = submission.read(ROOT / "exercises" / name)
        assert ids == IDS and cells[0].startswith("from nnopt_course")


def test_a_notebook_without_exercises_is_not_run(tmp_path):
    path = save(tmp_path / "other.ipynb", ["open('ran', 'w')"])
    found = grade(path, Rules(seed=0))
    assert (found.note, found.outcomes) == ("no exercise of the course in it", ())


def test_every_check_of_the_exercise_pages_is_found_by_the_grader():
    found = []
    for path in sorted((ROOT / "exercises").glob("*.ipynb")):
        cells, ids = submission.read(path)
        own = [source for source in cells if source in {exercises.check_cell(each) for each in ids}]
        found += [submission.CHECK_CALL.findall(source)[0] for source in own]
    assert found == list(exercises.MODULES)


def test_a_line_that_a_cell_has_written_into_is_silence():
    line = json.dumps({"exercise": "4.1.1", "passed": True, "mistake": None, "message": "4.1.1 passed."})
    assert submission._outcome(line).passed
    assert submission._outcome(re.sub("passed", "pa}ssed", line)[:-5]) is None
