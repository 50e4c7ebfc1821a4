"""Pictures as text: the same on every run, free of what changes, and never without an alternative text."""

import os
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from matplotlib import font_manager

from nnopt_course import figures

ROOT = Path(__file__).resolve().parents[1]
X = np.linspace(0, 1, 60)

pytestmark = pytest.mark.usefixtures("style")


def wave(shift=0.0, *, position=None):
    """Return a figure with all that the chapters use: curves, markers, a legend, an area, a text."""
    figure, axes = plt.subplots()
    axes.plot(X, np.sin(6 * X) + shift, label="wave")
    axes.plot(X[::20], X[::20], "o", label="points")
    axes.fill_between(X, X, X**2, alpha=0.2)
    axes.set(xlim=(0, 1), ylim=(-1.5, 1.5), title="A < B & C", xlabel="$x_1$", ylabel="y")
    axes.legend()
    if position:
        figure.set_layout_engine("none")
        axes.set_position(position)
    return figure


SCRIPT = """
import sys
sys.path.insert(0, "tests")
import test_figures
test_figures.figures.use_style()
sys.stdout.write(test_figures.figures.to_svg(test_figures.wave()))
"""


def test_two_processes_with_different_hash_seeds_write_the_same_text():
    started = [
        subprocess.Popen(
            [sys.executable, "-c", SCRIPT],
            cwd=ROOT,
            env=os.environ | {"PYTHONHASHSEED": seed, "SOURCE_DATE_EPOCH": seed, "PYTHONIOENCODING": "utf-8"},
            stdout=subprocess.PIPE,
        )
        for seed in ("1", "2000000000")
    ]
    first, second = (process.communicate()[0].decode("utf-8") for process in started)
    assert first.startswith("<svg ")
    assert first == second
    assert first == figures.to_svg(wave())


def test_curves_that_differ_in_the_last_places_give_the_same_text():
    text = figures.to_svg(wave())
    for shift in (1e-12, -1e-12):
        assert figures.to_svg(wave(shift)) == text
    assert figures.to_svg(wave(0.01)) != text  # a hundredth of the range is more than 0.01 pt


def test_a_layout_that_differs_in_the_last_places_gives_the_same_text():
    text = figures.to_svg(wave(position=[0.1, 0.1, 0.8, 0.8]))
    assert figures.to_svg(wave(position=[0.1, 0.1, 0.8 + 1e-14, 0.8])) == text


def test_drawing_twice_gives_the_same_text():
    figure = wave()
    assert figures.to_svg(figure) == figures.to_svg(figure)


def test_the_text_holds_nothing_that_changes_or_leaks_into_the_page():
    text = figures.to_svg(wave())
    for unwanted in (
        "<?xml",
        "<!DOCTYPE",
        "<!--",
        "<metadata",
        "<style",
        "Matplotlib",
        "dc:date",
        "dc:creator",
        "http:/",
    ):
        allowed = 'xmlns="http://www.w3.org/2000/svg"', 'xmlns:xlink="http://www.w3.org/1999/xlink"'
        found = text if unwanted != "http:/" else text.replace(allowed[0], "").replace(allowed[1], "")
        assert unwanted not in found
    assert re.match(r"<svg [^>]*>", text)
    assert text.rstrip().endswith("</svg>")


def test_every_id_is_referenced_and_every_reference_has_its_id():
    text = figures.to_svg(wave())
    ids = re.findall(r'\bid="([^"]*)"', text)
    referenced = re.findall(r'(?:url\(|href=")#([^")]*)', text)
    assert len(ids) == len(set(ids))
    assert set(ids) == set(referenced)
    assert ids  # markers and clip paths have some


def test_coordinates_have_at_most_two_decimals_and_no_minus_zero():
    text = figures.to_svg(wave())
    coordinates = re.findall(r'\b(?:d|x|y|transform|width|height|viewBox)="([^"]*)"', text)
    numbers = [number for values in coordinates for number in re.findall(r"-?\d+(?:\.\d+)?(?:e-?\d+)?", values)]
    assert len(numbers) > 100
    assert [number for number in numbers if not re.fullmatch(r"-?\d+(\.\d{1,2})?", number)] == []
    assert [number for number in numbers if re.fullmatch(r"-0\.0*|-?\d+\.\d*0", number)] == []


def test_a_point_just_outside_the_picture_is_not_at_minus_zero():
    figure = plt.figure(figsize=(5.4, 3.0))
    axes = figure.add_axes([0, 0, 1, 1])
    axes.set(xlim=(0, 1), ylim=(0, 1))
    axes.plot([-1e-6, 0.5, 1], [0.5, 1 + 1e-6, 0], clip_on=False)
    figure.set_layout_engine("none")
    points = figures_points(figures.to_svg(figure), figures.BLUE, kind=str)
    assert points[:2].tolist() == [["0", "108"], ["194.4", "0"]]


def test_rounding_moves_no_point_by_more_than_a_hundredth():
    figure, axes = plt.subplots()
    (curve,) = axes.plot(X, np.sin(6 * X))
    axes.set(xlim=(0, 1), ylim=(-1, 1))
    text = figures.to_svg(figure)
    points = figures_points(text, stroke=figures.BLUE)
    exact = axes.transData.transform(curve.get_xydata()) * 72 / figure.dpi
    exact[:, 1] = figure.get_figheight() * 72 - exact[:, 1]
    # Matplotlib drops points that lie on the line between others, so each written point is compared with its nearest.
    gaps = np.abs(points[:, None] - exact[None]).max(axis=2).min(axis=1)
    assert len(points) > 20
    assert gaps.max() <= 0.005 + 1e-6  # half a unit of the second decimal


def figures_points(text, stroke, kind=float):
    """Return the points of the first curve of a color."""
    path = re.search(rf'd="([^"]*)"[^>]*style="fill: none; stroke: {stroke}', text, re.I)[1]
    return np.array([pair.split() for pair in re.split("[ML]", path)[1:]], kind)


def test_figures_on_one_page_share_no_id_unless_their_definitions_are_the_same():
    def ids(figure):
        return set(re.findall(r'\bid="([^"]*)"', figures.to_svg(figure)))

    other = wave()
    other.axes[0].plot(X[::20], 1 - X[::20], "s", label="squares")
    assert ids(wave(0.01)) == ids(wave())
    assert ids(other) & ids(wave()) == set()


def test_fonts_and_joints_are_said_once_and_each_text_says_its_size():
    text = figures.to_svg(wave())
    (root,) = re.findall("<svg [^>]*>", text)
    assert 'stroke-linejoin="round"' in root
    assert re.search("font-family=\"'Source Sans 3 Variable', .*, sans-serif\"", root)
    assert text.count("font-family") == 1
    styles = set(re.findall('<text style="([^"]*)"', text))
    plain = r"(font-(style: italic|weight: 700); )?font-size: 1[01](\.5)?px; text-anchor: (start|middle|end)"
    assert [style for style in styles if not re.fullmatch(plain, style)] == []
    assert len(styles) > 2


def test_text_stays_text_and_is_escaped():
    text = figures.to_svg(wave())
    assert "A &lt; B &amp; C</text>" in text
    assert "wave</text>" in text


def test_the_background_is_transparent():
    fills = re.findall(r'<g>\n<path d="[^"]*" style="fill: ([^";]*)', figures.to_svg(wave()))
    assert fills[:2] == ["none", "none"]  # the figure's and the axes' rectangles come first


def test_show_stores_picture_and_alternative_text_and_closes_the_figure(displayed):
    figure = wave()
    expected, other = figures.to_svg(figure), plt.figure()
    assert figures.show(figure, "  A wave\n  and three points. ") is None
    assert displayed == [({"image/svg+xml": expected, "text/plain": "A wave and three points."}, {"raw": True})]
    assert plt.get_fignums() == [other.number]


@settings(max_examples=15)
@given(arrays(np.float64, 12, elements=st.floats(-1.4, 1.4)))
def test_any_curve_is_well_formed_text_with_its_points_to_a_hundredth(y):
    with mpl.rc_context():
        figures.use_style()
        figure, axes = plt.subplots()
        (curve,) = axes.plot(np.arange(12), y)
        axes.set(xlim=(0, 11), ylim=(-1.5, 1.5))
        text = figures.to_svg(figure)
        plt.close(figure)
    ElementTree.fromstring(text)
    exact = axes.transData.transform(curve.get_xydata()) * 72 / figure.dpi
    exact[:, 1] = figure.get_figheight() * 72 - exact[:, 1]
    points = figures_points(text, figures.BLUE)
    # Matplotlib drops points on the line between others and may snap a flat curve to whole pixels, 0.72 pt apart.
    gaps = np.abs(points[:, None] - exact[None]).max(axis=2).min(axis=1)
    assert gaps.max() <= (0.005 + 1e-6 if np.ptp(y) > 1e-3 else 0.5)


def test_use_style_draws_with_agg_without_a_frame_and_in_matplotlibs_own_font():
    mpl.use("svg")
    figures.use_style()
    assert mpl.get_backend().lower() == "agg"  # no window and no PNG at the end of a cell
    _, axes = plt.subplots()
    assert [side for side, spine in axes.spines.items() if spine.get_visible()] == ["left", "bottom"]
    font = font_manager.findfont(font_manager.FontProperties(), fallback_to_default=False)
    assert Path(font).is_relative_to(mpl.get_data_path())  # so it is the same on every machine


def test_use_style_tells_curves_apart_without_color():
    dashes = [style["linestyle"] for style in mpl.rcParams["axes.prop_cycle"]]
    assert len(set(dashes)) == len(dashes) >= 4
