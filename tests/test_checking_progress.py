"""The overview of what has passed: in a notebook for this session, in a terminal for whole notebooks."""

import io
import subprocess
import sys
from pathlib import Path

import pytest

from nnopt_course.checking import Result, check, exercises, progress, status
from nnopt_course.checking import __main__ as command
from nnopt_course.checking.submission import Grade

ROOT = Path(__file__).parents[1]
IDS = exercises.of_chapters({"4.1"})
EXPLANATIONS = {
    "": "the following arguments are required: command",
    "grade": "argument command: invalid choice: 'grade'",
    "--help": "Show which exercises pass in your notebooks: ``python -m nnopt_course.checking status [notebook ...]``.",
    "-h": "status run notebooks and show which exercises pass",
    "status --help": "notebook default: *_exercises.ipynb here and in the folder exercises",
}


@pytest.fixture(autouse=True)
def new_session(monkeypatch):
    monkeypatch.setattr(progress, "_results", {})


def test_a_new_session_has_nothing_to_show(capsys):
    status()
    assert capsys.readouterr().out == "Nothing has been checked in this session. Run the checks first.\n"


def test_the_latest_check_of_each_exercise_counts(capsys):
    progress.remember(Result("4.1.1", True, "", None, "4.1.1 passed. It was right then."))
    check("4.1.1", lambda y_true, y_pred: 4.0)
    check("4.1.9", print)
    check("4.1.2", 3)
    capsys.readouterr()
    status()
    first, one, two, *others = capsys.readouterr().out.splitlines()
    assert first == f"0 of {len(IDS)} passed in this session."
    assert one.startswith("  4.1.1 not yet: ") and two == "  4.1.2 not yet: a function is needed"
    assert others == [f"  {exercise_id} not checked." for exercise_id in IDS[2:]]


def test_a_pass_is_counted_and_shown_without_its_details(capsys):
    progress.remember(Result("4.1.2", True, "", None, "4.1.2 passed. All that was tried passed."))
    status()
    lines = [f"1 of {len(IDS)} passed in this session.", "  4.1.1 not checked.", "  4.1.2 passed."]
    assert capsys.readouterr().out.splitlines()[:3] == lines


def test_the_command_runs_the_notebooks_and_writes_nothing(tmp_path, monkeypatch, capsys):
    """Outputs that are stored in a notebook do not count: these say that everything passed."""
    path = tmp_path / "exercises" / "4_1_exercises.ipynb"
    path.parent.mkdir()
    text = (ROOT / "exercises" / "4_1_exercises.ipynb").read_text()
    path.write_text(text.replace("not written yet.", "passed."))
    monkeypatch.chdir(tmp_path)
    assert command.main(["status"]) == 1
    lines = [f"  {exercise_id} not written yet." for exercise_id in IDS]
    head = f"{Path('exercises/4_1_exercises.ipynb')}: 0 of {len(IDS)} passed"
    assert capsys.readouterr().out.splitlines() == [head, *lines]
    assert [found.name for found in tmp_path.rglob("*")] == ["exercises", "4_1_exercises.ipynb"]


def test_the_command_is_content_with_the_solutions(capsys):
    assert command.main(["status", str(ROOT / "exercises" / "solutions" / "4_1_exercises.ipynb")]) == 0
    assert capsys.readouterr().out.splitlines()[1:] == [f"  {exercise_id} passed." for exercise_id in IDS]


def test_the_command_finds_notebooks_here_and_in_the_folder_of_the_course(tmp_path, monkeypatch, capsys):
    graded = []

    def grade(path, rules):
        graded.append((str(path), rules.seed))
        return Grade(str(path), (), "no exercise of the course in it", 0.0)

    monkeypatch.setattr(command, "grade", grade)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "exercises").mkdir()
    names = ["a_exercises.ipynb", "b_exercises.ipynb", str(Path("exercises", "a_exercises.ipynb"))]
    for name in [*names, "another.ipynb"]:
        (tmp_path / name).write_text("")
    assert command.main(["status"]) == 1  # nothing has passed
    assert graded == [(name, 0) for name in names]
    assert capsys.readouterr().out.splitlines()[0] == f"{names[0]}: 0 of 0 passed (no exercise of the course in it)"


def test_without_a_notebook_the_command_asks_for_one(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "nnopt_course.checking", "status"], cwd=tmp_path, capture_output=True, encoding="utf-8"
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "no *_exercises.ipynb here: name your notebooks\n"


@pytest.mark.parametrize(("arguments", "explanation"), EXPLANATIONS.items(), ids=str)
def test_the_command_explains_itself(arguments, explanation, monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", "200")
    with pytest.raises(SystemExit) as end:
        command.main(arguments.split())
    words = " ".join("".join(capsys.readouterr()).split())
    assert end.value.code == (0 if "-h" in arguments else 2)
    assert words.startswith("usage: python -m nnopt_course.checking ") and explanation in words


def test_the_command_shows_a_notebook_before_it_runs_the_next(tmp_path, monkeypatch):
    """A pipe would keep what is not flushed."""
    shown, seen = io.BytesIO(), []

    def grade(path, rules):
        seen.append(shown.getvalue())
        return Grade(str(path), (), "", 0.0)

    monkeypatch.setattr(command, "grade", grade)
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(shown, "utf-8"))
    command.main(["status", "a.ipynb", "b.ipynb"])
    assert seen == [b"", b"a.ipynb: 0 of 0 passed\n"]
