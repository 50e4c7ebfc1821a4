"""What makes every figure readable, on a phone and without seeing colors: sizes, what is added, what is asked for."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.text import Text
from matplotlib.ticker import FuncFormatter, LogFormatter, NullFormatter, ScalarFormatter
from matplotlib.transforms import ScaledTranslation

WIDEST = 5.4  # inches; a phone shows 0.7 of it
SMALLEST_TEXT = 10.0  # points, 9 CSS pixels there
_LINE = 16.0  # points from the bottom of the y label to the title

STYLE: dict[Any, Any] = {
    "axes.formatter.useoffset": False,
    "axes.grid": True,
    "axes.labelsize": 10.5,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlelocation": "left",
    "axes.titlesize": 11,
    "axes.titleweight": "bold",
    "contour.linewidth": 1.2,
    "figure.constrained_layout.use": True,
    "figure.figsize": (WIDEST, 3.2),
    "font.sans-serif": ["DejaVu Sans"],  # comes with Matplotlib, so the layout is the same everywhere
    "font.size": 10.5,
    "grid.alpha": 0.3,
    "legend.fontsize": 10.5,
    "legend.frameon": False,
    "lines.linewidth": 2.0,
    "xtick.labelsize": SMALLEST_TEXT,
    "xtick.minor.size": 0,
    "ytick.labelsize": SMALLEST_TEXT,
    "ytick.minor.size": 0,
}


def finish(figure: Figure) -> None:
    """Lay the y labels level and write the numbers of the axes in full; a second time this changes nothing."""
    for axes in figure.axes:
        _write_numbers(axes.xaxis)
        _write_numbers(axes.yaxis)
        if axes.axison and axes.get_ylabel():
            above = axes.transAxes + ScaledTranslation(0, 5 / 72, figure.dpi_scale_trans)
            axes.yaxis.label.set(rotation=0, ha="left")
            axes.yaxis.set_label_coords(0, 1, transform=above)
            axes.set_title(axes.get_title(loc="left"), loc="left", pad=5 + _LINE)


def check(figure: Figure) -> None:
    """Raise ``ValueError`` if the figure is too wide or its text too small, or if something is named by color alone.

    It must have been drawn since its last change, which places the texts.
    """
    if figure.get_figwidth() > WIDEST:
        raise ValueError(f"figure must be at most {WIDEST} inches wide for phones, got {figure.get_figwidth():g}")
    for text in figure.findobj(Text):
        size = float(text.get_fontsize())
        if text.get_visible() and text.get_text().strip() and size < SMALLEST_TEXT:
            raise ValueError(f"text must have at least {SMALLEST_TEXT:g} points, got {size:g} for {text.get_text()!r}")
    for axes in figure.axes:
        words = axes.get_title(loc="left"), axes.get_xlabel(), axes.get_ylabel()
        if axes.axison and not all(words):
            raise ValueError("axes must have title, xlabel and ylabel, got {!r}, {!r}, {!r}".format(*words))
        _check_curves(axes)
    if not _inside(figure):
        raise ValueError("all must lie inside the figure, got a title, label or text across its edge")


def _inside(figure: Figure) -> bool:
    drawn, (width, height) = figure.get_tightbbox(), figure.get_size_inches()
    return 0 <= drawn.x0 and 0 <= drawn.y0 and drawn.x1 <= width and drawn.y1 <= height


def _check_curves(axes: Axes) -> None:
    seen: dict[tuple[Any, ...], Any] = {}
    for line in axes.lines:
        style = line.get_linestyle(), line.get_marker(), line.get_linewidth(), line.get_alpha()
        if seen.setdefault(style, line.get_color()) != line.get_color():
            raise ValueError(f"curves must differ in more than color, got two with line style, marker, width = {style}")
        for text in axes.texts:
            if _crosses(line, text):
                raise ValueError(f"a text must lie beside the curves, got {text.get_text()!r} on one")


def _crosses(line: Line2D, text: Text) -> bool:
    box = Text.get_window_extent(text)  # of an annotation without its arrow
    path = line.get_path().transformed(line.get_transform())
    if line.get_linestyle() == "None":
        return bool(box.count_contains(path.vertices))
    return bool(path.intersects_bbox(box, filled=False))


class _Grouped(ScalarFormatter):
    """Matplotlib's numbers, with a separator from 10,000 on."""

    def __call__(self, x: float, pos: int | None = None) -> str:
        return f"{x:,.0f}".replace("-", "\N{MINUS SIGN}") if abs(x) >= 10_000 else super().__call__(x)


def _write_numbers(axis: Axis) -> None:
    formatter = axis.get_major_formatter()
    if isinstance(formatter, LogFormatter):
        axis.set_major_formatter(FuncFormatter(_decimal))
        axis.set_minor_formatter(NullFormatter())
    elif type(formatter) is ScalarFormatter:
        axis.set_major_formatter(_Grouped())


def _decimal(x: float, _: int | None) -> str:
    return f"{x:,.0f}" if x >= 1000 else np.format_float_positional(x, 3, fractional=False, trim="-")
