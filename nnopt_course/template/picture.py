"""One picture of what the template's network has learned, as a figure for a page or as the text of an SVG file."""

from collections.abc import Sequence
from html import escape

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import PowerNorm  # one wrong answer among thirty right ones is still seen
from matplotlib.figure import Figure

from nnopt_course import figures
from nnopt_course.template.backward import Run
from nnopt_course.template.forward import class_of, forward


def draw(run: Run) -> tuple[Figure, str]:
    """Draw the boundary between red and blue points, or the confusion matrix of the digits that were held out.

    Args:
      run: what ``backward`` returned.

    Returns:
      The figure and what it shows in words, as ``figures.show`` takes them.

    Raises:
      TypeError: if ``run`` is anything else.
    """
    if not isinstance(run, Run):
        raise TypeError(f"run must be what backward returned, got {run!r}")
    return _boundary(run) if run.data.train.x.shape[1] == 2 else _confusion(run)


def to_svg(run: Run) -> str:
    """Return that picture as the text of an SVG file in the style of the course, with title and description inside.

    Raises:
      TypeError: as :func:`draw`.
    """
    with mpl.rc_context():
        figures.use_style()
        figure, words = draw(run)
        title, svg = figure.axes[0].get_title(loc="left"), figures.to_svg(figure)
        plt.close(figure)
    head, rest = svg.split(">", 1)
    named = head.replace("<svg ", '<svg role="img" aria-labelledby="title desc" ', 1)
    return f'{named}>\n<title id="title">{escape(title)}</title>\n<desc id="desc">{escape(words)}</desc>{rest}'


def _boundary(run: Run) -> tuple[Figure, str]:
    figure, axes = plt.subplots(figsize=(4.6, 4.4), layout="constrained")
    x, is_red = run.data.train.x, class_of(run.data.train.y) == 1
    axes.plot(*x[is_red].T, "o", color=figures.RED, markersize=3, label="red")
    axes.plot(*x[~is_red].T, "x", color=figures.BLUE, markersize=4, label="blue")
    lines = {"weights": (run.parameters, "-")} | ({"shadows": (run.shadows, "--")} if run.shadows else {})
    words = [f"{is_red.sum()} red and {(~is_red).sum()} blue points to train on."]
    reach = np.ceil(2 * abs(x).max()) / 2  # no point lies outside
    side = np.linspace(-reach, reach, 181)
    grid = np.stack(np.meshgrid(side, side), axis=-1)
    for name, (parameters, style) in lines.items():
        height = _redness(parameters, grid.reshape(-1, 2).astype(x.dtype)).reshape(grid.shape[:2])
        accuracy = f"{run.held_out[name]['accuracy']:.1%} of the points held out are on their side"
        if height.min() < 0.5 < height.max():
            axes.contour(side, side, height, levels=[0.5], colors="black", linestyles=style, linewidths=1.8)
            axes.plot([], [], color="black", linestyle=style, label=f"0.5, with the {name}")
            words.append(f"The line where the network with its {name} answers 0.5: {accuracy}.")
        else:
            words.append(f"The network with its {name} answers 0.5 nowhere in the picture: {accuracy}.")
    axes.set(xlim=(-reach, reach), ylim=(-reach, reach), aspect="equal", xlabel="x₁", ylabel="x₂")
    axes.set_title("Decision boundary")
    figure.legend(loc="outside lower center", ncols=2)
    return figure, " ".join(words)


def _redness(parameters: Sequence[np.ndarray], x: np.ndarray) -> np.ndarray:
    """Return what is above 0.5 for red: the output itself or, of two logits, the probability."""
    outputs = forward(parameters, x).numpy()
    return outputs[:, 0] if outputs.shape[1] == 1 else 0.5 + 0.5 * np.tanh((outputs[:, 1] - outputs[:, 0]) / 2)


def _confusion(run: Run) -> tuple[Figure, str]:
    name = "shadows" if run.shadows else "weights"
    right = class_of(run.data.test.y)
    answered = class_of(forward(run.shadows or run.parameters, run.data.test.x))
    counts = np.zeros((10, 10), int)
    np.add.at(counts, (right, answered), 1)
    figure, axes = plt.subplots(figsize=(4.6, 4.4), layout="constrained")
    axes.pcolormesh(counts, cmap="Blues", norm=PowerNorm(0.4), edgecolors="white", linewidth=0.5)
    for i, j in np.argwhere(counts):
        color = "white" if counts[i, j] > 0.43 * counts.max() else "black"  # there both have a contrast of 4.6
        axes.text(j + 0.5, i + 0.5, str(counts[i, j]), ha="center", va="center", color=color, fontsize=10)
    axes.set(aspect="equal", xlabel="answer", ylabel="digit", xlim=(0, 10), ylim=(10, 0))
    axes.set(xticks=np.arange(10) + 0.5, yticks=np.arange(10) + 0.5, xticklabels=range(10), yticklabels=range(10))
    axes.grid(False)
    axes.set_title("Confusion matrix")
    wrong = [f"{i} as {j} ({counts[i, j]})" for i, j in np.argwhere(counts) if i != j]
    found = f"The network with its {name} reads {counts.trace()} of {counts.sum()} digits held out correctly"
    return figure, f"{found}. It reads {', '.join(wrong)}." if wrong else f"{found}."
