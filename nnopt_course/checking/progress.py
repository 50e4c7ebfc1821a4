"""Which exercises have passed: what :func:`status` shows in a notebook.

It lives as long as the kernel and writes no file. ``python -m nnopt_course.checking status`` runs the notebooks afresh.
"""

from typing import Any

from nnopt_course.checking import exercises

_results: dict[str, Any] = {}


def remember(result: Any) -> None:
    """Keep the result of the latest check of an exercise."""
    _results[result.exercise] = result


def status() -> None:
    """Print, for each chapter that you have checked in this session, what the latest check of each exercise said."""
    chapters = {exercises.chapter(exercise_id) for exercise_id in _results}
    ids = exercises.of_chapters(chapters)
    if not ids:
        print("Nothing has been checked in this session. Run the checks first.")
        return
    print(f"{sum(known.passed for known in _results.values())} of {len(ids)} passed in this session.")
    for exercise_id in ids:
        known = _results.get(exercise_id)
        print(f"  {first_line(known.message)}" if known else f"  {exercise_id} not checked.")


def first_line(message: str) -> str:
    """Return what fits a list: the first line of a check's message, of a pass the first sentence."""
    line = message.partition("\n")[0]
    return line.partition(" passed.")[0] + " passed." if " passed." in line else line
