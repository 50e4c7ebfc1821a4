"""How times are taken: in turns, again and again, so that what else the machine does meets every means alike."""

import argparse
import importlib
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Iterable

from benchmarks import digits, net, opt4_1, ours
from benchmarks.problem import Contestant, MissingError

TASKS = {"opt4_1": opt4_1, "net": net, "digits": digits}


def warm(contestants: Iterable[Contestant], rounds: int, scale: int = 1, calls: int = 1) -> dict[str, float | str]:
    """Return the median seconds per update of each contestant, or a line that says what it lacks.

    The rounds take them in turns. A turn makes ``calls`` calls of the contestant's updates, divided by ``scale``. It
    begins with updates that are not timed, because the contestants push one another out of the caches.
    """
    found, seconds = {}, {}
    for c in contestants:
        try:
            found[c.name] = run, updates = c.make(), max(c.updates // scale, 1)
            run(updates)  # compiles what depends on the number of updates
        except MissingError as error:
            seconds[c.name] = str(error)
    times = {name: [] for name in found}
    for _ in range(rounds):
        for name, (run, updates) in found.items():
            run(updates if calls > 1 else max(updates // 4, 1))
            begin = time.perf_counter()
            for _ in range(calls):
                run(updates)
            times[name].append((time.perf_counter() - begin) / updates / calls)
    return seconds | {name: statistics.median(values) for name, values in times.items()}


def first_call(task, name: str) -> float | str:
    """Return the seconds that one means takes from nothing to the end of the listing, all preparation included.

    A means that makes fewer updates per round than the listing makes them twice; the second time is scaled up.
    Packages are loaded before. A line says what a means lacks.
    """
    for package in ("jax", "optax", "torch"):
        try:
            importlib.import_module(package)
        except ImportError:
            continue
    contestant = next(c for c in task.CONTESTANTS if c.name == name)
    times = [time.perf_counter()]
    try:
        run = contestant.make()
    except MissingError as error:
        return str(error)
    for _ in range(2):
        run(contestant.updates)
        times.append(time.perf_counter())
    return times[1] - times[0] + (task.UPDATES / contestant.updates - 1) * (times[2] - times[1])


def memory() -> float:
    """Return the megabytes that a million recorded updates add to the peak after a thousand.

    Linux hands the peak of a process on to those it starts, so ask before this one has trained anything.
    """
    import resource  # here, because Windows has none

    peaks = []
    for steps in (1000, 1_000_000):
        ours.whole_loop(opt4_1.PROBLEM, steps, record_every=1, record_parameters=False)
        peaks.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
    return (peaks[1] - peaks[0]) * (1 if sys.platform == "darwin" else 1024) / 1e6


def in_fresh_process(*question: str) -> float | str:
    """Return what a new process, in which nothing is cached, answers to one of the two questions above."""
    command = [sys.executable, "-m", "benchmarks.measure", *question]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, encoding="utf-8").stdout)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Answer one question: first_call of a task and a means, or memory.")
    parser.add_argument("question", nargs="*", metavar="TASK MEANS")
    task_and_name = parser.parse_args().question
    print(json.dumps(first_call(TASKS[task_and_name[0]], task_and_name[1]) if task_and_name else memory()))
