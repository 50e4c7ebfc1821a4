"""How times are taken: in turns, again and again, so that what else the machine does meets every contestant alike."""

import contextlib
import importlib
import statistics
import sys
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from benchmarks import digits, net, opt4_1, with_train
from benchmarks.contestants import Contestant

TASKS = {"opt4_1": opt4_1, "net": net, "digits": digits}
MISSING = ModuleNotFoundError, FileNotFoundError  # what a contestant raises that lacks a package or a compiler


def warm(contestants: Iterable[Contestant], rounds: int, calls: int = 1) -> dict[str, float | str]:
    """Return the median seconds per update of each contestant, or a line that says what it lacks.

    The rounds take them in turns. A turn makes ``calls`` calls, and one before that is not timed, because the
    contestants push one another out of the caches.
    """
    found, seconds = {}, {}
    for contestant in contestants:
        try:
            found[contestant.name] = contestant.make(), contestant.updates
        except MISSING as error:
            seconds[contestant.name] = str(error)
    for run, updates in found.values():
        run(updates)  # compiles
    times = {name: [] for name in found}
    for _ in range(rounds):
        for name, (run, updates) in found.items():
            run(updates)
            begin = time.perf_counter()
            for _ in range(calls):
                run(updates)
            times[name].append((time.perf_counter() - begin) / updates / calls)
    return seconds | {name: statistics.median(values) for name, values in times.items()}


def first_call(task: str, name: str) -> float | str:
    """Return the seconds that a contestant takes from nothing to the end of the listing, all preparation included.

    One that makes fewer updates in a round than the listing makes them twice; the second time is scaled up. Packages
    are loaded before. A line says what a contestant lacks.
    """
    for package in ("jax", "optax", "torch"):
        with contextlib.suppress(ModuleNotFoundError):
            importlib.import_module(package)
    contestant = next(c for c in TASKS[task].CONTESTANTS if c.name == name)
    times = [time.perf_counter()]
    try:
        run = contestant.make()
    except MISSING as error:
        return str(error)
    for _ in range(2):
        run(contestant.updates)
        times.append(time.perf_counter())
    return times[1] - times[0] + (TASKS[task].UPDATES / contestant.updates - 1) * (times[2] - times[1])


def megabytes_of_a_record() -> float:
    """Return what a million recorded updates add to the peak of the memory after a thousand.

    Linux hands the peak of a process on to those it starts, so ask before this one has trained anything.
    """
    import resource  # here, because Windows has none

    peaks = []
    run = with_train.make(opt4_1.PROBLEM, record_every=1, record_parameters=False)
    for steps in (1000, 1_000_000):
        run(steps)
        peaks.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
    return (peaks[1] - peaks[0]) * (1 if sys.platform == "darwin" else 1024) / 1e6


def in_fresh_process(question: Callable, *arguments: str) -> float | str:
    """Return what a new process answers, in which nothing is cached."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(question, *arguments).result()
