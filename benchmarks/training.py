"""How long does one update take, by several means? ``make bench`` measures and writes the benchmark page's numbers.

Every contestant makes the same updates from the same start. Times are medians over rounds in which the contestants
take turns. They include what each means needs at every call, and exclude what it does once (building a graph, tracing,
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

from benchmarks import digits, net, peers, report
from benchmarks.measure import TASKS, in_fresh_process, warm

RESULTS = Path(__file__).with_name("results.json")
PACKAGES = ("tensorflow", "keras", "numpy", "jax", "optax", "torch")
# Hidden neurons, and updates in a round: of a compiled loop, and of the others.
WIDTHS = {11: (1000, 200), 32: (500, 200), 128: (200, 100), 512: (50, 50), 1024: (20, 20), 4096: (4, 4)}
BATCH_OF_WIDTHS = 250
CALLS = {1: 100, 10: 50, 100: 20, 1000: 5}  # updates in a call, and calls in a round
COLD = ("TF1 session loop", peers.OURS, peers.JAX, peers.TORCH, peers.C)


def measure(rounds: int) -> dict:
    """Measure everything; seconds, or a line that says what is missing."""
    results = {"setting": setting(rounds), "megabytes": in_fresh_process(), "warm": {}, "cold": {}}
    for name, task in TASKS.items():
        results["warm"][name] = warm(task.CONTESTANTS, rounds)
        has = {contestant.name for contestant in task.CONTESTANTS}
        results["cold"][name] = {means: in_fresh_process(name, means) for means in COLD if means in has}
        print(f"{name} done", flush=True)
    results["widths"], results["calls"] = {}, {}
    for width, updates in WIDTHS.items():
        problem = digits.problem(width, BATCH_OF_WIDTHS)
        results["widths"][str(width)] = warm(peers.contestants(problem, *updates), rounds)
        print(f"width {width} done", flush=True)
    for updates, calls in CALLS.items():
        field = [c for c in peers.contestants(net.PROBLEM, updates, updates) if c.name in report.SHORT]
        results["calls"][str(updates)] = warm(field, rounds, calls=calls)
    return results


def setting(rounds: int) -> dict:
    """Return what the numbers belong to: day, machine, versions."""
    versions = {"Python": platform.python_version()}
    for package in PACKAGES:
        try:
            versions[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            continue
    if shutil.which("cc"):
        said = subprocess.run(["cc", "--version"], check=True, capture_output=True, encoding="utf-8").stdout
        versions["C compiler"] = said.splitlines()[0]
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
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--written", action="store_true", help="measure nothing, write the page from stored results")
    options = parser.parse_args()
    if not options.written:
        RESULTS.write_text(json.dumps(measure(options.rounds), indent=1) + "\n")
    results = json.loads(RESULTS.read_text())
    report.write(results)
    print(*report.goals(results), sep="\n")


if __name__ == "__main__":
    main()
