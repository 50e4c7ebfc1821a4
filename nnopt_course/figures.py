"""Figures for notebooks: the same SVG text on every machine, an alternative text always, a slider where it helps.

The text is deterministic so that a rerun can be compared with the stored output, and transparent so that a page can
show it on a light or a dark background.
"""

import contextlib
import hashlib
import io
import json
import re
from collections.abc import Callable, Sequence
from html import escape
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
from cycler import cycler
from IPython.display import display
from matplotlib.figure import Figure

from nnopt_course import _checks, _readable

# Colors that color-blind readers tell apart too, dark enough for text on white and, inverted, on a dark page.
BLUE = "#1F77C9"  #: Of the first curve, which is solid, as of raw weights and of what is usual.
ORANGE = "#C25100"  #: Of the second, dashed, as of their average and of what is compared with the usual.
GREEN = "#00543F"  #: Of the third, dash-dotted.
PURPLE = "#6A0F5E"  #: Of the fourth, dotted.
RED = "#B3202C"  #: Of the red points; the blue ones have ``BLUE``.
GRAY = "#6F6F6F"  #: Of what only helps to read, as contours and axes.

_COLORS: dict[Any, Any] = {
    "axes.edgecolor": GRAY,
    "axes.prop_cycle": cycler(color=[BLUE, ORANGE, GREEN, PURPLE]) + cycler(linestyle=["-", "--", "-.", ":"]),
    "xtick.color": GRAY,
    "xtick.labelcolor": "black",
    "ytick.color": GRAY,
    "ytick.labelcolor": "black",
}
# What readers see, if they have it: all are narrower than the font that the layout was measured with.
_FONTS = "'Source Sans 3 Variable', 'Source Sans 3', 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"
_SVG: dict[Any, Any] = {"savefig.transparent": True, "svg.fonttype": "none", "svg.hashsalt": "nnopt_course"}
_UNWANTED = re.compile(
    r'^.*?(?=<svg )|<metadata>.*?</metadata>|<style.*?</style>|<!--.*?-->| transform="rotate\(-0 [^"]*"', re.S
)
_PATH = re.compile(r' d="([^"]*)"')
_FONT = re.compile(r"; font-family: 'DejaVu Sans'(?:, sans-serif)?")
_ROUNDED = re.compile(r'\b(d|x|y|x1|x2|y1|y2|transform|width|height|viewBox)="([^"]*)"')


def use_style() -> None:
    """Give every figure made from now on the look of the course, and leave it to :func:`show` to display it.

    A notebook's own backend would display open figures at the end of a cell, as PNG and without alternative text.
    """
    mpl.use("agg")
    mpl.rcParams.update(_readable.STYLE | _COLORS)


def show(figure: Figure, alt: str) -> None:
    """Display ``figure`` in the notebook as SVG and close it.

    Args:
      figure: a Matplotlib figure.
      alt: what the figure shows, in words, for readers who cannot see it. It is stored beside the picture.

    Raises:
      ValueError: if ``alt`` is blank, a title or label is missing, curves differ only in color, a text lies on a curve
        or across the edge, or the figure is too wide or its text too small for a phone.
      TypeError: if ``figure`` is no figure or ``alt`` no string.
    """
    words, svg = _words(alt), to_svg(figure)
    _readable.check(figure)
    plt.close(figure)
    display({"image/svg+xml": svg, "text/plain": words}, raw=True)


def slider(
    figure: Figure,
    values: Sequence[object],
    draw: Callable[[object], None],
    *,
    label: str,
    alt: str,
    notes: Sequence[str],
    start: int = 0,
) -> None:
    """Display ``figure`` with a slider that moves its curves; no kernel and no library is needed to use it.

    Args:
      figure: a Matplotlib figure. Curves may move; texts, axes and markers stay as they are for the first value.
      values: what the slider runs through, at least two.
      draw: ``draw(value)`` sets the data of the figure's curves to those of ``value``.
      label: name of what the slider sets.
      alt: what the figure shows and what moving the slider does to it.
      notes: one short sentence per value, shown below the figure and read out with the value.
      start: position in ``values`` at which the figure opens; this one also shows where scripts are off.

    Raises:
      ValueError: if ``alt``, ``label`` or a note is blank, there are fewer than two values or not as many
        notes, ``start`` is no position in ``values``, ``draw`` changes more than the course of curves, or the figure
        is one that :func:`show` refuses.
      TypeError: if an argument is of another kind.
    """
    words, label = _words(alt), _string("label", label, "name what the slider sets")
    if not callable(draw):
        raise TypeError(f"draw must be a function of a value, got {draw!r}")
    values = _listed("values", values)
    notes = _listed("notes", notes)
    if len(values) < 2 or len(notes) != len(values):
        raise ValueError(
            "values must hold at least two entries and notes one per value, "
            f"got {len(values)} values and {len(notes)} notes"
        )
    shown = [_typeset(value) for value in values]
    notes = [_typeset(_string(f"notes[{i}]", note, "say what the figure shows")) for i, note in enumerate(notes)]
    start = _checks.integer("start", start, smallest=0, largest=len(values) - 1)
    _check_figure(figure)
    draw(values[start])
    _readable.finish(figure)
    figure.draw_without_rendering()
    figure.set_layout_engine("none")  # every picture keeps the layout of this one
    pictures = []
    for value in values:
        draw(value)
        pictures.append(to_svg(figure))
        if _PATH.sub("", pictures[-1]) != _PATH.sub("", pictures[0]):
            raise ValueError(
                "draw must only move curves, got pictures that differ in something else: "
                "fix the limits of the axes and the place of the legend"
            )
        _readable.check(figure)
    frames = [_PATH.findall(picture) for picture in pictures]
    moving = [i for i, paths in enumerate(zip(*frames, strict=True)) if len(set(paths)) > 1]
    if not moving:
        raise ValueError("draw must move a curve, got the same picture for every value")
    plt.close(figure)
    svg = pictures[start].replace("<svg ", f'<svg role="img" aria-label="{escape(words)}" ')
    html = _SLIDER.format(
        label=escape(label), value=escape(shown[start]), note=escape(notes[start]), last=len(values) - 1,
        start=start, svg=svg, lowest=escape(shown[0]), highest=escape(shown[-1]),
        moving=_json(moving), values=_json(shown), notes=_json(notes),
        frames=_json([[_tight(frame[i]) for i in moving] for frame in frames]),
    )  # fmt: skip
    display({"text/html": html, "text/plain": words}, raw=True)


def to_svg(figure: Figure) -> str:
    """Return ``figure`` as SVG text that does not depend on the day or the machine.

    Coordinates are rounded to 0.01 pt, so curves that differ in the last place of a float give the same text.
    Anything but a figure raises ``TypeError``.
    """
    _check_figure(figure)
    _readable.finish(figure)
    buffer = io.StringIO()
    with mpl.rc_context(_SVG):
        figure.savefig(buffer, format="svg")
    svg = _UNWANTED.sub("", buffer.getvalue())
    # Once for the whole figure: what the style element said, and the fonts.
    svg = _FONT.sub("", svg).replace("<svg ", f'<svg stroke-linejoin="round" font-family="{_FONTS}" ')
    svg = _ROUNDED.sub(lambda found: f'{found[1]}="{re.sub(r"-?[0-9]+[.][0-9]+", _round, found[2]).strip()}"', svg)
    return re.sub(r"\s*\n\s*", "\n", _rename_ids(svg))


def _rename_ids(svg: str) -> str:
    """Drop the ids that nothing refers to and name the others after the definitions of the figure.

    Matplotlib's own ids depend on the last place of floats. Two figures on one page may share an id here only if all
    their definitions are the same, so it does not matter which one a browser takes.
    """
    referenced = set(re.findall(r'(?:href="|url\()#([^")]+)', svg))
    svg = re.sub(r' id="([^"]*)"', lambda found: found[0] if found[1] in referenced else "", svg)
    number = {name: n for n, name in enumerate(re.findall(r' id="([^"]*)"', svg))}
    svg = re.sub(r'( id="|href="#|url\(#)([^")]+)', lambda found: f"{found[1]}\0{number[found[2]]}", svg)
    definitions = "".join(re.findall(r"<defs>.*?</defs>", svg, re.S))
    return svg.replace("\0", f"d{hashlib.sha256(definitions.encode()).hexdigest()[:8]}-")


def _round(number: re.Match[str]) -> str:
    text = f"{float(number[0]):.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _typeset(text: object) -> str:
    """Write numbers as the axes of the figures do."""
    text = f"{text:,}" if isinstance(text, int) and abs(text) >= 10_000 else str(text)
    return re.sub(r"(?<![\w.])-(?=[.]?[0-9])", "\N{MINUS SIGN}", text)


def _json(value: object) -> str:
    return json.dumps(value, separators=(",", ":")).replace("<", r"\u003c")  # "</script>" would end the script


def _tight(path: str) -> str:
    return re.sub(r"\s*([MLQCz])\s*", r"\1", path)


def _words(alt: str) -> str:
    return " ".join(_string("alt", alt, "say what the figure shows").split())


def _string(name: str, text: str, what: str = "") -> str:
    """Return ``text`` if it is a string, and not blank where it has to do something."""
    if not isinstance(text, str):
        raise TypeError(f"{name} must be a string, got {text!r}")
    if what and not text.strip():
        raise ValueError(f"{name} must {what}, got {text!r}")
    return text


def _listed(name: str, entries: Sequence[object]) -> list[Any]:
    """Return the entries as a list; a string is no sequence of notes."""
    if not isinstance(entries, str | bytes):
        with contextlib.suppress(TypeError):
            return list(entries)
    raise TypeError(f"{name} must be a list, got {entries!r}")


def _check_figure(figure: Figure) -> None:
    if not isinstance(figure, Figure):
        raise TypeError(f"figure must be a Matplotlib figure, got {figure!r}")


_SLIDER = """\
<figure class="slider-figure">
<label>{label}<span aria-hidden="true"> = <output>{value}</output></span>
<input type="range" aria-label="{label}" aria-valuetext="{value}. {note}" min="0" max="{last}" value="{start}" \
autocomplete="off"></label>
<div class="slider-ends" aria-hidden="true"><span>{lowest}</span> <span>{highest}</span></div>
{svg}<figcaption>{note}</figcaption>
<script>
(() => {{
  const figure = document.currentScript.closest("figure"), input = figure.querySelector("input");
  const paths = figure.querySelectorAll("svg path"), moving = {moving};
  const values = {values}, notes = {notes};
  const frames = {frames};
  input.addEventListener("input", () => {{
    const i = Number(input.value);
    moving.forEach((path, j) => paths[path].setAttribute("d", frames[i][j]));
    figure.querySelector("output").value = values[i];
    figure.querySelector("figcaption").textContent = notes[i];
    input.setAttribute("aria-valuetext", `${{values[i]}}. ${{notes[i]}}`);
  }});
}})();
</script>
</figure>
"""
