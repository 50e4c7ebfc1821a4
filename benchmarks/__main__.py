"""How long does one update take, by several means? ``make bench`` measures and writes the numbers of the book's page.

Every contestant makes the same updates from the same start. Times are medians over rounds in which the contestants
take turns. They include what each needs at every call, and exclude what it does once (building a graph, tracing,
compiling); the first call, with all of that, is measured apart, in a process of its own.
"""

import argparse
import importlib.metadata
import json
import os
import platform
import shutil
import subprocess
import time
from pathlib import Path

from benchmarks import digits, net, report
from benchmarks.contestants import C_FAST, JAX, TF1, TORCH, TRAIN, contestants
from benchmarks.measure import TASKS, first_call, in_fresh_process, megabytes_of_a_record, warm

PACKAGES = ("tensorflow", "keras", "numpy", "jax", "optax", "torch")
COLD = (TF1, TRAIN, JAX, TORCH, C_FAST)
BATCH_OF_WIDTHS = 250
# Hidden neurons, and updates in a round: of a compiled loop, and of the others.
WIDTHS = {11: (1000, 200), 32: (500, 200), 128: (200, 100), 512: (100, 100), 1024: (100, 100), 4096: (50, 50)}
CALLS = {1: 100, 10: 50, 100: 20, 1000: 5}  # updates in a call, and calls in a round


def measure(rounds: int) -> dict:
    """Measure everything; seconds, or a line that says what is missing."""
    results = {"setting": setting(rounds), "megabytes": in_fresh_process(megabytes_of_a_record)}
    results |= {part: {} for part in ("warm", "cold", "widths", "calls")}
    for name, task in TASKS.items():
        print(name, flush=True)
        results["warm"][name] = warm(task.CONTESTANTS, rounds)
        names = [contestant.name for contestant in task.CONTESTANTS if contestant.name in COLD]
        results["cold"][name] = {contestant: in_fresh_process(first_call, name, contestant) for contestant in names}
    for width, updates in WIDTHS.items():
        print(width, "hidden neurons", flush=True)
        field = contestants(digits.problem(width, BATCH_OF_WIDTHS), *updates)
        results["widths"][str(width)] = warm([c for c in field if c.name in report.WIDE], rounds)
    for updates, calls in CALLS.items():
        print(updates, "updates in a call", flush=True)
        field = contestants(net.PROBLEM, updates, updates)
        results["calls"][str(updates)] = warm([c for c in field if c.name in report.SHORT], rounds, calls)
    return results


def setting(rounds: int) -> dict:
    """Return what the numbers belong to: day, machine, versions."""
    versions = {"Python": platform.python_version()}
    for package in PACKAGES:
        try:
            versions[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            print(f"{package} is not installed, so it is left out; CONTRIBUTING.md says how to add it")
    if shutil.which("cc"):
        said = subprocess.run(["cc", "--version"], check=True, capture_output=True, encoding="utf-8").stdout
        versions["C compiler"] = said.splitlines()[0]
    else:
        print("There is no C compiler (cc), so C is left out")
    machine = {
        "processor": processor(),
        "processors": os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
    }
    return {"day": time.strftime("%Y-%m-%d"), "rounds": rounds, "machine": machine, "versions": versions}


def processor() -> str:
    """Return the name of the processor, as Linux gives it."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    return next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), platform.machine())


def main() -> None:
    """Measure, write the results and the parts of the page made from them, and print the goals."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--stored", action="store_true", help="measure nothing, write the page from stored results")
    options = parser.parse_args()
    if not options.stored:
        report.RESULTS.write_text(json.dumps(measure(options.rounds), indent=1) + "\n")
    results = report.stored()
    report.write(results)
    print(*report.goals(results), sep="\n")


if __name__ == "__main__":
    main()
