"""What readers see of the results: the parts of the benchmark page, made from them and from nothing else."""

import json
import operator
from pathlib import Path

from benchmarks import figure
from benchmarks.contestants import C_FAST, JAX, NUMPY, PLAIN, TF1, TORCH, TRAIN
from benchmarks.measure import TASKS

RESULTS = Path(__file__).with_name("results.json")
BOOK = Path(__file__).parents[1] / "book"
PAGE, FIGURE = BOOK / "benchmark_results.md", BOOK / "_assets" / "benchmark.svg"
WIDE = {TRAIN: "train", PLAIN: "jit=False", JAX: "JAX", TORCH: "PyTorch", C_FAST: "C"}
SHORT = {TRAIN: "train", JAX: "JAX", TORCH: "PyTorch", C_FAST: "C", NUMPY: "NumPy"}
FIRST_CALL_GOAL = 10  # times faster than the TensorFlow 1 session over the listing's length
MEMORY_GOAL = 100  # megabytes for a million recorded updates


def stored() -> dict:
    """Return the results of the last measurement."""
    return json.loads(RESULTS.read_text())


def write(results: dict) -> None:
    """Write the figure and the parts of the page."""
    FIGURE.write_text(figure.svg(curves(results)), encoding="utf-8")
    PAGE.write_text(page(results), encoding="utf-8")


def page(results: dict) -> str:
    """Return the parts of the page, each between two comments by which the page finds it."""
    parts = {"setting": setting(results["setting"])}
    parts |= {name: table(results["warm"][name]) for name in TASKS}
    parts["first calls"] = first_calls(results["cold"])
    picture = f"![{figure.alt(curves(results))}](_assets/{FIGURE.name})"
    parts["widths"] = f"{picture}\n\n{grid('hidden', WIDE, results['widths'])}"
    parts["calls"] = grid("updates", SHORT, results["calls"])
    parts["goals"] = "\n".join(f"- {line}" for line in goals(results))
    lines = ["<!-- Written by make bench from benchmarks/results.json: change nothing here. -->"]
    for name, text in parts.items():
        lines.append(f"<!-- {name} -->\n\n{text}\n\n<!-- end of {name} -->")
    return "\n\n".join(lines) + "\n"


def setting(found: dict) -> str:
    """Return when and on what it was measured."""
    machine = "{processor}, {processors} processors, {system}".format(**found["machine"])
    versions = ", ".join(f"{name} {version}" for name, version in found["versions"].items())
    return f"Measured on {found['day']}, {found['rounds']} rounds, on {machine}.\nVersions: {versions}."


def table(seconds: dict) -> str:
    """Return a table of one task, the fastest first, what is missing last."""
    lines = ["| contestant | µs per update | times `train` |", "|:--|--:|--:|"]
    measured = {name: value for name, value in seconds.items() if not isinstance(value, str)}
    for name, value in sorted(measured.items(), key=operator.itemgetter(1)):
        lines.append(f"| {_shown(name)} | {_micro(value)} | {_short(value / measured[TRAIN])} |")
    lines += [f"| {name} | {value} | |" for name, value in seconds.items() if isinstance(value, str)]
    return "\n".join(lines)


def grid(what: str, columns: dict[str, str], rows: dict[str, dict]) -> str:
    """Return a table of microseconds per update with a row for each size."""
    lines = [f"| {what} | {' | '.join(columns.values())} |", f"|--:|{'--:|' * len(columns)}"]
    for size, seconds in rows.items():
        cells = [_micro(seconds[name]) for name in columns]
        lines.append(f"| {int(size):,} | {' | '.join(cells)} |")
    return "\n".join(lines)


def first_calls(cold: dict) -> str:
    """Return a table of seconds from nothing to the end of the listing."""
    lines = [f"| contestant | {' | '.join(cold)} |", f"|:--|{'--:|' * len(cold)}"]
    for name in dict.fromkeys(name for seconds in cold.values() for name in seconds):
        cells = [_seconds(seconds[name]) if name in seconds else "" for seconds in cold.values()]
        lines.append(f"| {_shown(name)} | {' | '.join(cells)} |")
    return "\n".join(lines)


def curves(results: dict) -> figure.Curves:
    """Return the curves of the figure, one for each contestant that was measured."""
    widths = {int(width): seconds for width, seconds in results["widths"].items()}
    return {
        label: {width: seconds[name] / seconds[TRAIN] for width, seconds in widths.items()}
        for name, label in WIDE.items()
        if not any(isinstance(seconds[name], str) for seconds in widths.values())
    }


def goals(results: dict) -> list[str]:
    """Return a line for each goal."""
    lines = []
    for name, task in TASKS.items():
        warm, cold = results["warm"][name], results["cold"][name]
        for peer, goal in task.GOALS.items():
            lines.append(_goal(name, peer, warm[peer], warm[TRAIN], goal))
        if TF1 in cold:
            lines.append(_goal(f"{name}, first call", TF1, cold[TF1], cold[TRAIN], FIRST_CALL_GOAL))
    megabytes = results["megabytes"]
    lines.append(
        f"{_verdict(megabytes < MEMORY_GOAL)}: a million recorded updates of opt4_1 take {megabytes:.0f} MB, "
        f"goal below {MEMORY_GOAL}"
    )
    return lines


def _goal(task, peer, seconds, ours, goal):
    if isinstance(seconds, str):
        return f"not measured: {task}, {peer}, {seconds}"
    ratio = seconds / ours
    return f"{_verdict(ratio >= goal)}: {task}, {peer} takes {_short(ratio)} times the time of `train`, goal {goal}"


def _verdict(reached):
    return "reached" if reached else "NOT REACHED"


def _shown(name):
    return f"**{name}**" if name == TRAIN else name


def _micro(seconds):
    return seconds if isinstance(seconds, str) else _short(1e6 * seconds)


def _seconds(seconds):
    return seconds if isinstance(seconds, str) else f"{seconds:.2f} s"


def _short(number):
    """Write a number with two digits at least, and no more than it needs."""
    digits = 0 if number >= 100 else 1 if number >= 10 else 2 if number >= 0.1 else 3
    return f"{number:,.{digits}f}"
