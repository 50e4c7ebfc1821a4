"""How long does one update take? Two tasks by several means, in turns, in one run: ``make bench``.

Every contestant makes the same updates from the same start. A table gives the median time of one update over the
rounds and its ratio to ``nnopt_course.training.train``, which makes all updates of the listing in one call. Times
include what each means needs at every call, and exclude what it does once (building a graph, tracing, compiling).
Below stand the first call with all of that, the memory of a long record, and which goals were reached.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import time

from benchmarks import net, opt4_1
from nnopt_course._tensorflow import tf

TASKS = {"opt4_1": opt4_1, "net": net}
FIRST_CALL_GOAL = 10  # times faster than the TF1 loop over the listing's length
MEMORY_GOAL = 100  # megabytes for a million recorded updates
OURS, TF1 = "training.train", "TF1 session loop"


def measure(task, rounds, scale=1):
    """Return the median seconds per update of each contestant; the rounds take them in turns.

    A turn begins with updates that are not timed, because the contestants push one another out of the caches.
    """
    field = [(c.name, c.make(), max(c.updates // scale, 4)) for c in task.CONTESTANTS]
    seconds = {name: [] for name, _, _ in field}
    for _ in range(rounds):
        for name, run, updates in field:
            run(max(updates // 4, 2))
            begin = time.perf_counter()
            run(updates)
            seconds[name].append((time.perf_counter() - begin) / updates)
    return {name: statistics.median(times) for name, times in seconds.items()}


def first_call(task, name):
    """Return the seconds that one means takes from nothing to the end of the listing, all preparation included.

    A means that makes fewer updates per round than the listing makes them twice; the second time is scaled up.
    """
    contestant = next(c for c in task.CONTESTANTS if c.name == name)
    times = [time.perf_counter()]
    run = contestant.make()
    for _ in range(2):
        run(contestant.updates)
        times.append(time.perf_counter())
    return times[1] - times[0] + (task.UPDATES / contestant.updates - 1) * (times[2] - times[1])


def memory():
    """Return the megabytes that a million recorded updates add to the peak after a thousand.

    Linux hands the peak of a process on to those it starts, so ask before this one has trained anything.
    """
    import resource  # here, because Windows has none

    peaks = []
    for steps in (1000, 1_000_000):
        opt4_1.whole_loop(steps, record_every=1, record_parameters=False)
        peaks.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
    return (peaks[1] - peaks[0]) * (1 if sys.platform == "darwin" else 1024) / 1e6


def in_fresh_process(*question):
    """Return what a new process, in which nothing is cached, answers to one of the two questions above."""
    command = [sys.executable, "-m", "benchmarks.training", "--answer", *question]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, encoding="utf-8").stdout)


def table(medians):
    """Return the lines of a table of medians, the fastest first."""
    head = f"| {'':<35} | microseconds per update | times `train` |"
    lines = [head, f"|{'-' * 37}|{'-' * 24}:|{'-' * 14}:|"]
    for name, seconds in sorted(medians.items(), key=lambda item: item[1]):
        lines.append(f"| {name:<35} | {seconds * 1e6:>23.3f} | {seconds / medians[OURS]:>13.1f} |")
    return lines


def warm_goals(name, medians):
    """Yield a line for each goal of a task; several contestants whose names begin alike are one, their best."""
    for peer, goal in TASKS[name].GOALS.items():
        ratio = min(seconds for other, seconds in medians.items() if other.startswith(peer)) / medians[OURS]
        yield f"{verdict(ratio >= goal)}: {name}, {ratio:.0f} times as fast as {peer}, goal {goal}"


def verdict(reached):
    """Say whether a goal was reached."""
    return "reached" if reached else "NOT REACHED"


def main():
    """Print everything, or answer one question of :func:`in_fresh_process`."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--answer", nargs="*", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.answer:
        print(json.dumps(first_call(TASKS[options.answer[0]], options.answer[1])))
        return
    if options.answer is not None:
        print(json.dumps(memory()))
        return
    python, processors = platform.python_version(), os.cpu_count()
    print(f"TensorFlow {tf.__version__}, Python {python}, {processors} processors, {options.rounds} rounds")
    megabytes, goals = in_fresh_process(), []
    for name, task in TASKS.items():
        medians = measure(task, options.rounds)
        print(f"\n{name}: {task.__doc__.splitlines()[0]}\n", *table(medians), sep="\n")
        ours, tf1 = in_fresh_process(name, OURS), in_fresh_process(name, TF1)
        print(f"\nfrom nothing to {task.UPDATES} updates, without loading TensorFlow: {OURS} {ours:.2f} s,")
        print(f"{TF1} {tf1:.2f} s, scaled up from fewer updates")
        goals += warm_goals(name, medians)
        goals.append(
            f"{verdict(tf1 / ours >= FIRST_CALL_GOAL)}: {name}, first call {tf1 / ours:.1f} times as fast as "
            f"{TF1}, goal {FIRST_CALL_GOAL}"
        )
    print(f"\na million updates of opt4_1, loss and rate recorded at each: {megabytes:.0f} MB more than a thousand\n")
    goals.append(f"{verdict(megabytes < MEMORY_GOAL)}: {megabytes:.0f} MB, goal below {MEMORY_GOAL}")
    print(*goals, sep="\n")


if __name__ == "__main__":
    main()
