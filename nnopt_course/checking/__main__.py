"""Show which exercises pass in your notebooks: ``python -m nnopt_course.checking status [notebook ...]``.

The notebooks are run, each in a fresh process, because outputs that are stored in them may be older than the code.
Nothing is written.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from nnopt_course.checking.progress import first_line
from nnopt_course.checking.submission import Grade, Rules, grade

LEARNERS_SEED = 0  # that of a check in a notebook


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code: 0 if every exercise passes, 1 if not, 2 without a notebook."""
    parser = argparse.ArgumentParser(prog="python -m nnopt_course.checking", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    status = commands.add_parser("status", help="run notebooks and show which exercises pass")
    status.add_argument("notebook", nargs="*", help="default: *_exercises.ipynb here and in the folder exercises")
    names = parser.parse_args(arguments).notebook
    paths = [*map(Path, names)] or [path for at in (".", "exercises") for path in Path(at).glob("*_exercises.ipynb")]
    if not paths:
        print("no *_exercises.ipynb here: name your notebooks", file=sys.stderr)
        return 2
    grades = []
    for path in sorted(paths):
        grades.append(grade(path, Rules(seed=LEARNERS_SEED)))
        print(overview(grades[-1]), flush=True)
    return 0 if all(each.outcomes and each.passed == len(each.outcomes) for each in grades) else 1


def overview(found: Grade) -> str:
    """Return a line for the notebook and one for each of its exercises."""
    note = f" ({found.note})" if found.note else ""
    head = f"{found.submission}: {found.passed} of {len(found.outcomes)} passed{note}"
    return "\n".join([head, *(f"  {first_line(outcome.message)}" for outcome in found.outcomes)])


if __name__ == "__main__":
    sys.exit(main())
