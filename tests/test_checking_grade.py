"""The command for a class: table, CSV and JSON; any executor; one bad submission never stops the others."""

import csv
import json
from concurrent.futures import Executor, Future
from pathlib import Path

import nbformat
import pytest

from nnopt_course.checking import exercises
from nnopt_course.checking import grade as command
from nnopt_course.checking.grade import grade_all, gradescope, main, notebooks, report, rows
from nnopt_course.checking.submission import Grade, Outcome, Rules

ROOT = Path(__file__).parents[1]
RULES = Rules(seed=7)
FIRST, SECOND = exercises.of_chapters({"4.1"})[:2]
ANNA = Grade(
    "class/anna.ipynb",
    (
        Outcome(FIRST, True, None, f"{FIRST} passed."),
        Outcome(SECOND, False, "mean_not_sum", f"{SECOND} not yet: mean_not_sum\nYou return the mean."),
    ),
    "",
    3.5,
)
BEN = Grade("class/ben.ipynb", (), "not a notebook: JSONDecodeError", 0.0)
CARL = Grade(
    "class/carl.ipynb", (Outcome(SECOND, False, "mean_not_sum", "not yet"),), "stopped after 300 seconds", 300.0
)


class Immediately(Executor):
    """Runs a task when it is handed in, and counts."""

    def __init__(self):
        self.count = 0

    def submit(self, function, /, *arguments, **options):
        self.count += 1
        future = Future()
        try:
            future.set_result(function(*arguments, **options))
        except Exception as error:
            future.set_exception(error)
        return future


def test_any_executor_will_do_and_a_fault_stops_nobody_else(monkeypatch):
    def grade(path, rules):
        if path.name == "ben.ipynb":
            raise OSError("no process left")
        return Grade(str(path), (), str(rules.seed), 0.0)

    monkeypatch.setattr(command, "grade", grade)
    executor = Immediately()
    found = {each.submission: each.note for each in grade_all([Path("ben.ipynb"), Path("anna.ipynb")], RULES, executor)}
    assert found == {"ben.ipynb": "not graded: OSError: no process left", "anna.ipynb": "7"}
    assert executor.count == 2


def test_gradescope_reads_the_fields_that_it_documents():
    """Names and kinds as in https://gradescope-autograders.readthedocs.io/en/latest/specs/."""
    results = gradescope(ANNA, RULES)
    assert results == {
        "tests": [
            {
                "number": FIRST,
                "name": "mean_squared_error",
                "score": 1.0,
                "max_score": 1.0,
                "status": "passed",
                "output": f"{FIRST} passed.",
                "output_format": "text",
                "extra_data": {"mistake": None},
            },
            {
                "number": SECOND,
                "name": exercises.load(SECOND).function,
                "score": 0.0,
                "max_score": 1.0,
                "status": "failed",
                "output": f"{SECOND} not yet: mean_not_sum\nYou return the mean.",
                "output_format": "text",
                "extra_data": {"mistake": "mean_not_sum"},
            },
        ],
        "output": "",
        "execution_time": 3.5,
        "extra_data": {"seed": 7},
    }
    assert gradescope(BEN, RULES)["score"] == 0.0 and gradescope(BEN, RULES)["output"] == BEN.note
    assert "score" not in results  # it would override the sum of the tests


def test_the_table_has_a_column_for_each_exercise_that_somebody_was_given():
    assert rows([ANNA, BEN, CARL]) == [
        ["submission", FIRST, SECOND, "passed", "of", "note"],
        ["class/anna.ipynb", "1", "0", "1", "2", ""],
        ["class/ben.ipynb", "", "", "0", "0", "not a notebook: JSONDecodeError"],
        ["class/carl.ipynb", "", "0", "0", "1", "stopped after 300 seconds"],
    ]


def test_the_report_counts_the_mistakes_of_the_class():
    lines = report([ANNA, BEN, CARL]).splitlines()
    assert lines[1] == "class/anna.ipynb  1      0      1       2"
    assert lines[-1] == f"2 x {SECOND} mean_not_sum" and len(lines) == 5


def test_notebooks_are_found_at_any_depth_and_named_ones_are_taken_as_they_are(tmp_path):
    for name in ("b/4_1.ipynb", "a/deep/er.ipynb", "a/.ipynb_checkpoints/er.ipynb", "a/notes.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    found = notebooks([str(tmp_path), "nowhere.ipynb"])
    assert found == [tmp_path / "a/deep/er.ipynb", tmp_path / "b/4_1.ipynb", Path("nowhere.ipynb")]


OPTIONS = {
    "what is usual": (["--seed", "3"], Rules(seed=3)),
    "everything": (
        [*"--seed 4 --seconds 2.5 --memory 0.5 --chapter 4.1 --chapter 4.2 --jobs 1 --run-in".split(), "run 'in it'"],
        Rules(seed=4, seconds=2.5, memory=2**29, chapters=("4.1", "4.2"), run_in=("run", "in it")),
    ),
}


@pytest.mark.parametrize(("options", "rules"), OPTIONS.values(), ids=OPTIONS)
def test_the_options_become_rules(options, rules, monkeypatch):
    seen = []
    monkeypatch.setattr(command, "grade_all", lambda paths, rules, executor: seen.append((paths, rules)) or [])
    assert main(["anna.ipynb", *options]) == 0
    assert seen == [([Path("anna.ipynb")], rules)]


def test_a_fresh_seed_may_be_any_number_below_two_to_the_31(monkeypatch):
    seen = []
    monkeypatch.setattr(command, "grade_all", lambda paths, rules, executor: seen.append(rules.seed) or [])
    monkeypatch.setattr(command.secrets, "randbelow", lambda bound: bound - 1)
    assert main(["anna.ipynb"]) == 0
    assert seen == [2**31 - 1]


def test_the_help_says_what_each_option_does(capsys):
    with pytest.raises(SystemExit) as end:
        main(["--help"])
    said = " ".join(capsys.readouterr().out.split())
    assert end.value.code == 0
    for words in (
        "notebooks, or folders that hold them",
        "--json JSON write results.json for Gradescope",
        "--csv CSV write the table",
        "--chapter CHAPTER such as 4.1",
        "--seed SEED draws the probes' numbers",
        "--seconds SECONDS limit for one notebook (default: 300)",
        "--memory MEMORY limit for one process, in GiB (default: 4)",
        "--run-in RUN_IN a command to put before python",
        "--jobs JOBS how many at a time",
    ):
        assert words in said


def test_an_interrupt_ends_the_command_without_a_table(monkeypatch, capsys):
    def interrupted(paths, rules, executor):
        yield ANNA
        raise KeyboardInterrupt

    monkeypatch.setattr(command, "grade_all", interrupted)
    assert main(["anna.ipynb", "ben.ipynb"]) == 130
    out, err = capsys.readouterr()
    assert out == "" and err.splitlines()[0] == "1/2 class/anna.ipynb" and err.splitlines()[1].startswith("interrupted")


@pytest.fixture
def handed_in(tmp_path):
    """Return a folder with the solutions, the notebook as it was handed out, and a file that is no notebook."""
    folder = tmp_path / "class"
    for name, source in {"anna": "solutions/4_1_exercises.ipynb", "ben": "4_1_exercises.ipynb"}.items():
        (folder / name).mkdir(parents=True)
        (folder / name / "4_1_exercises.ipynb").write_bytes((ROOT / "exercises" / source).read_bytes())
    (folder / "carl.ipynb").write_text("I had no time")
    return folder


def test_a_class_is_graded_into_a_table_a_csv_and_a_json_file(handed_in, tmp_path, capsys):
    written = [str(tmp_path / "grades.csv"), str(tmp_path / "results.json")]
    assert main([str(handed_in), "--csv", written[0], "--json", written[1], "--seed", "3"]) == 0
    out, err = capsys.readouterr()
    ids = exercises.of_chapters({"4.1"})
    names = [str(handed_in / name) for name in ("anna/4_1_exercises.ipynb", "ben/4_1_exercises.ipynb", "carl.ipynb")]
    with open(written[0], newline="") as file:
        table = list(csv.reader(file))
    assert table == [
        ["submission", *ids, "passed", "of", "note"],
        [names[0], *["1"] * len(ids), str(len(ids)), str(len(ids)), ""],
        [names[1], *["0"] * len(ids), "0", str(len(ids)), ""],
        [names[2], *[""] * len(ids), "0", "0", "not a notebook: JSONDecodeError"],
    ]
    assert out.splitlines()[-1] == "seed 3" and out.splitlines()[0].split() == table[0]
    assert sorted(line.split()[1] for line in err.splitlines()) == names
    results = json.loads(Path(written[1]).read_text())
    assert list(results) == names
    assert [test["status"] for test in results[names[0]]["tests"]] == ["passed"] * len(ids)
    assert {test["output"].partition(".\n")[0].partition(" ")[2] for test in results[names[1]]["tests"]} == {
        "not written yet"
    }
    assert results[names[2]]["score"] == 0.0


def test_one_notebook_gives_the_file_that_gradescope_reads_and_a_fresh_seed(tmp_path, capsys):
    path = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("import os\nos._exit(0)")])
    nbformat.write(path, tmp_path / "anna.ipynb")
    seeds = set()
    for _ in range(2):
        arguments = [str(tmp_path / "anna.ipynb"), "--json", str(tmp_path / "results.json"), "--chapter", "4.1"]
        assert main(arguments) == 0
        results = json.loads((tmp_path / "results.json").read_text())
        assert {test["status"] for test in results["tests"]} == {"failed"}
        assert results["output"] == "the process ended by itself"
        seeds.add(results["extra_data"]["seed"])
    assert len(seeds) == 2


def test_an_empty_folder_is_an_error(tmp_path, capsys):
    assert main([str(tmp_path)]) == 2
    assert capsys.readouterr().err == "no notebook found\n"
