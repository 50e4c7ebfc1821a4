"""The part of grading that runs in the fresh process: a submission's cells, and the checks between them.

``python -m nnopt_course.checking.inside`` reads a job from standard input; :mod:`nnopt_course.checking.submission`
starts it. The cells are not trusted. Each result leaves as one line that begins with the job's nonce, through a copy
of standard output that ``print`` does not write to.
"""

import json
import math
import os
import re
import sys
import time
from collections.abc import Callable
from typing import Any, TextIO

from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

import nnopt_course
from nnopt_course.checking import core, exercises

CHECK_CALL = re.compile(r"""\bcheck\(\s*["'](\d+\.\d+\.\d+)["']""")
FILE_BYTES = 100 * 2**20


def main() -> None:
    """Run the job."""
    job = json.load(sys.stdin)
    channel = silence()
    functions = {exercise_id: exercises.load(exercise_id).function for exercise_id in job["exercises"]}
    own_checks = {exercises.check_cell(exercise_id) for exercise_id in functions}
    judge = hide_the_checks()
    limit(job["memory"], job["seconds"])
    shell = InteractiveShell.instance(config=Config({"HistoryManager": {"enabled": False}}))
    trouble = ""

    def report(exercise_id: str) -> None:
        found = {"exercise": exercise_id, "passed": False, "mistake": None}
        if functions[exercise_id] not in shell.user_ns:
            found["message"] = f"{exercise_id} missing: there is no {functions[exercise_id]}.\n{trouble}".strip()
        else:
            try:
                result = judge(exercise_id, shell.user_ns[functions[exercise_id]], job["seed"], job["check_seconds"])
                found |= {"passed": result.passed, "mistake": result.mistake, "message": result.message}
            except BaseException as error:  # the cells may have changed NumPy or TensorFlow under the check
                found["message"] = f"{exercise_id} failed: the check raised {type(error).__name__}."
        print(job["nonce"], json.dumps(found), file=channel, flush=True)

    last_call = {each: cell for cell, source in enumerate(job["cells"]) for each in CHECK_CALL.findall(source)}
    for cell, source in enumerate(job["cells"]):
        if source.strip() not in own_checks:
            ran = shell.run_cell(source)
            error = ran.error_before_exec or ran.error_in_exec
            if error and not trouble:
                trouble = f"Code cell {cell + 1} raised {type(error).__name__}: {error}"
        for exercise_id in job["exercises"]:
            if last_call.get(exercise_id) == cell:
                report(exercise_id)
    for exercise_id in job["exercises"]:
        if exercise_id not in last_call:
            report(exercise_id)


def silence() -> TextIO:
    """Connect standard output to nothing; return a stream to what it was. Input has ended, and errors go nowhere."""
    channel = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    return channel


def hide_the_checks() -> Callable[..., Any]:
    """Return the course's judge and forget its modules: what a cell imports, and may change, is a second copy."""
    judge = core.judge
    for name in [name for name in sys.modules if name.startswith("nnopt_course.checking")]:
        del sys.modules[name]
    del nnopt_course.checking
    return judge


def limit(memory: int, seconds: float) -> None:
    """Limit memory, processor time, the size of a file and core dumps, for good. Windows has none of these limits.

    The processor time matters when the grader is killed, and nobody is left to end this process.
    """
    try:
        import resource
    except ImportError:
        return
    bounds = {resource.RLIMIT_DATA: memory, resource.RLIMIT_FSIZE: FILE_BYTES, resource.RLIMIT_CORE: 0}
    bounds[resource.RLIMIT_CPU] = math.ceil(time.process_time() + seconds * (os.cpu_count() or 1))
    for kind, bound in bounds.items():
        hard = resource.getrlimit(kind)[1]
        bound = bound if hard == resource.RLIM_INFINITY else min(bound, hard)
        resource.setrlimit(kind, (bound, bound))


if __name__ == "__main__":
    main()
