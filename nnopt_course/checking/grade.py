"""Grade the notebooks of a class: ``python -m nnopt_course.checking.grade submissions --csv grades.csv``.

Every notebook runs in a fresh process of its own (:mod:`nnopt_course.checking.submission`), some at the same time. The
JSON has the layout that Gradescope reads, https://gradescope-autograders.readthedocs.io/en/latest/specs/.
"""

import argparse
import csv
import io
import json
import os
import secrets
import shlex
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import Any

from nnopt_course import _files
from nnopt_course.checking import exercises
from nnopt_course.checking.submission import Grade, Outcome, Rules, grade


def grade_all(paths: Sequence[Path], rules: Rules, executor: Executor) -> Iterator[Grade]:
    """Yield the grade of each notebook as it comes. Each task waits for a process of its own, so threads will do."""
    tasks = {executor.submit(grade, path, rules): path for path in paths}
    for task in as_completed(tasks):
        try:
            yield task.result()
        except Exception as error:  # a fault of the grader or of the machine; the others go on
            yield Grade(str(tasks[task]), (), f"not graded: {type(error).__name__}: {error}", 0.0)


def gradescope(grade: Grade, rules: Rules) -> dict[str, Any]:
    """Return what Gradescope reads as ``results.json``."""
    results: dict[str, Any] = {"tests": [_test(outcome) for outcome in grade.outcomes]}
    if not grade.outcomes:
        results["score"] = 0.0  # required when there are no tests
    return results | {"output": grade.note, "execution_time": grade.seconds, "extra_data": {"seed": rules.seed}}


def _test(outcome: Outcome) -> dict[str, Any]:
    return {
        "number": outcome.exercise,
        "name": exercises.load(outcome.exercise).function,
        "score": float(outcome.passed),
        "max_score": 1.0,
        "status": "passed" if outcome.passed else "failed",
        "output": outcome.message,
        "output_format": "text",
        "extra_data": {"mistake": outcome.mistake},
    }


def rows(grades: Sequence[Grade]) -> list[list[str]]:
    """Return a table: a head, and a line for each submission with 1, 0 or nothing under each exercise."""
    ids = [each for each in exercises.MODULES if any(each == o.exercise for g in grades for o in g.outcomes)]
    table = [["submission", *ids, "passed", "of", "note"]]
    for each in grades:
        scores = {outcome.exercise: str(int(outcome.passed)) for outcome in each.outcomes}
        marks = [scores.get(exercise_id, "") for exercise_id in ids]
        table.append([each.submission, *marks, str(each.passed), str(len(each.outcomes)), each.note])
    return table


def report(grades: Sequence[Grade]) -> str:
    """Return the table for a terminal, and the mistakes that the checks have named, the commonest first."""
    table = rows(grades)
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in table]
    named = Counter(f"{o.exercise} {o.mistake}" for each in grades for o in each.outcomes if o.mistake)
    lines += [f"{times} x {mistake}" for mistake, times in named.most_common()]
    return "\n".join(lines)


def notebooks(names: Sequence[str]) -> list[Path]:
    """Return the notebooks that are named, and those in named folders, at any depth."""
    found = []
    for name in map(Path, names):
        if name.is_dir():
            inside = sorted(name.rglob("*.ipynb"))
            found += [path for path in inside if ".ipynb_checkpoints" not in path.parts]
        else:
            found.append(name)
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code: 0 if all was graded, 2 if there was nothing to grade."""
    options = _parser().parse_args(arguments)
    paths = notebooks(options.submissions)
    if not paths:
        print("no notebook found", file=sys.stderr)
        return 2
    seed = secrets.randbelow(2**31) if options.seed is None else options.seed
    rules = Rules(
        seed=seed,
        seconds=options.seconds,
        memory=int(options.memory * 2**30),
        chapters=tuple(options.chapter),
        run_in=tuple(shlex.split(options.run_in)),
    )
    grades = []
    with ThreadPoolExecutor(options.jobs) as executor:
        try:
            for each in grade_all(paths, rules, executor):
                grades.append(each)
                print(f"{len(grades)}/{len(paths)} {each.submission}", file=sys.stderr)
        except KeyboardInterrupt:
            print("interrupted: waiting for the submissions that are running", file=sys.stderr)
            executor.shutdown(cancel_futures=True)
            return 130
    grades.sort(key=lambda each: each.submission)
    print(report(grades))
    print(f"seed {seed}")
    _write(options, grades, rules)
    return 0


def _write(options: argparse.Namespace, grades: Sequence[Grade], rules: Rules) -> None:
    if options.json:
        results = {each.submission: gradescope(each, rules) for each in grades}
        one = len(options.submissions) == 1 and not Path(options.submissions[0]).is_dir()
        text = json.dumps(next(iter(results.values())) if one else results, indent=2)
        with _files.replacing(Path(options.json)) as file:
            file.write(text.encode() + b"\n")
    if options.csv:
        table = io.StringIO(newline="")
        csv.writer(table, lineterminator="\n").writerows(rows(grades))
        with _files.replacing(Path(options.csv)) as file:
            file.write(table.getvalue().encode())


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m nnopt_course.checking.grade",
        description="Grade notebooks by running them, each in a fresh process. --run-in takes them into a container.",
    )
    parser.add_argument("submissions", nargs="+", help="notebooks, or folders that hold them at any depth")
    parser.add_argument("--json", help="write results.json for Gradescope; of several, one such object for each name")
    parser.add_argument("--csv", help="write the table")
    parser.add_argument("--chapter", action="append", default=[], help="such as 4.1; else those the notebook shows")
    parser.add_argument("--seed", type=int, help="draws the probes' numbers; else a fresh one, printed at the end")
    parser.add_argument("--seconds", type=float, default=300.0, help="limit for one notebook (default: 300)")
    parser.add_argument("--memory", type=float, default=4.0, help="limit for one process, in GiB (default: 4)")
    parser.add_argument("--run-in", default="", help="a command to put before python, such as 'docker run ...'")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="how many at a time (default: as cores)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
