"""What readers see of the results: the parts of the benchmark page, made from them and from nothing else."""

import operator
from pathlib import Path

import matplotlib.pyplot as plt

from benchmarks import peers
from benchmarks.measure import TASKS
from nnopt_course import _readable, figures

BOOK = Path(__file__).parents[1] / "book"
PAGE, FIGURE = BOOK / "benchmark_results.md", BOOK / "_assets" / "benchmark.svg"
FIRST_CALL_GOAL = 10  # times faster than the TF1 loop over the listing's length
MEMORY_GOAL = 100  # megabytes for a million recorded updates
TF1 = "TF1 session loop"
WIDE = {peers.OURS: "train", peers.PLAIN: "jit=False", peers.JAX: "JAX", peers.TORCH: "PyTorch", peers.C: "C"}
SHORT = {peers.OURS: "train", peers.JAX: "JAX", peers.TORCH: "PyTorch", peers.C: "C", peers.NUMPY: "NumPy"}


def write(results: dict) -> None:
    """Write the figure and the parts of the page."""
    FIGURE.write_text(figure(results), encoding="utf-8")
    PAGE.write_text(page(results), encoding="utf-8")


def page(results: dict) -> str:
    """Return the parts of the page, each between two comments by which the page finds it."""
    parts = {"setting": setting(results["setting"])}
    parts |= {name: table(results["warm"][name]) for name in TASKS}
    parts["first calls"] = first_calls(results["cold"])
    parts["widths"] = f"![{alt(results)}](_assets/{FIGURE.name})\n\n{grid('hidden', WIDE, results['widths'])}"
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
    lines = ["| means | µs per update | times `train` |", "|:--|--:|--:|"]
    measured = {name: value for name, value in seconds.items() if not isinstance(value, str)}
    for name, value in sorted(measured.items(), key=operator.itemgetter(1)):
        lines.append(f"| {name} | {_micro(value)} | {_short(value / measured[peers.OURS])} |")
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
    lines = [f"| means | {' | '.join(cold)} |", f"|:--|{'--:|' * len(cold)}"]
    for name in dict.fromkeys(name for seconds in cold.values() for name in seconds):
        cells = [_seconds(seconds[name]) if name in seconds else "" for seconds in cold.values()]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)


def figure(results: dict) -> str:
    """Return the picture of the time of an update against the number of hidden neurons."""
    figures.use_style()
    drawn, axes = plt.subplots()
    ends = {}
    styles = [*plt.rcParams["axes.prop_cycle"], {"color": figures.RED, "linestyle": "-", "marker": "o"}]
    for style, (name, curve) in zip(styles, curves(results).items(), strict=False):
        axes.loglog(list(curve), list(curve.values()), **style)
        ends[WIDE[name]] = curve[max(curve)], style["color"]
    height, apart = 0.0, 1.6  # the labels stand above one another, at least so many times the value
    for label, (value, color) in sorted(ends.items(), key=lambda item: item[1][0]):
        height = max(value, height * apart)
        axes.text(5000, height, label, color=color, va="center")
    axes.set(title="The time of an update by the width of the hidden layer", xlabel="hidden neurons")
    axes.set(ylabel="microseconds per update", xlim=(9, 30_000), ylim=(None, 3 * height))
    svg = figures.to_svg(drawn)
    _readable.check(drawn)
    plt.close(drawn)
    return svg


def curves(results: dict) -> dict[str, dict[int, float]]:
    """Return microseconds per update by width, for each means of the figure that was measured."""
    widths = {int(width): seconds for width, seconds in results["widths"].items()}
    found = {name: {width: seconds[name] for width, seconds in widths.items()} for name in WIDE}
    return {
        name: {width: 1e6 * value for width, value in curve.items()}
        for name, curve in found.items()
        if not any(isinstance(value, str) for value in curve.values())
    }


def alt(results: dict) -> str:
    """Return the figure in words."""
    said = [
        f"{WIDE[name]} from {_micro(curve[min(curve)] / 1e6)} to {_micro(curve[max(curve)] / 1e6)}"
        for name, curve in curves(results).items()
    ]
    smallest, *_, largest = results["widths"]
    return (
        f"Microseconds per update against hidden neurons, both axes logarithmic, from {smallest} to {largest} neurons. "
        f"The curves go up: {', '.join(said)}."
    )


def goals(results: dict) -> list[str]:
    """Return a line for each goal; several contestants whose names begin alike are one, their best."""
    lines = []
    for name, task in TASKS.items():
        seconds = results["warm"][name]
        for peer, goal in task.GOALS.items():
            times = [value for other, value in seconds.items() if other.startswith(peer)]
            lines.append(_goal(name, peer, min(times), seconds[peers.OURS], goal))
        if TF1 in results["cold"][name]:
            cold = results["cold"][name]
            lines.append(_goal(f"{name}, first call", TF1, cold[TF1], cold[peers.OURS], FIRST_CALL_GOAL))
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


def _micro(seconds):
    return seconds if isinstance(seconds, str) else _short(1e6 * seconds)


def _seconds(seconds):
    return seconds if isinstance(seconds, str) else f"{seconds:.2f} s"


def _short(number):
    """Write a number with two digits at least, and no more than it needs."""
    digits = 0 if number >= 100 else 1 if number >= 10 else 2 if number >= 0.1 else 3
    return f"{number:,.{digits}f}"
