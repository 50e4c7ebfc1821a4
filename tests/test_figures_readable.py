"""What a figure is given and refused, so that it can be read on a phone and without seeing colors."""

import re

import matplotlib.pyplot as plt
import numpy as np
import pytest
from colors import contrast, light, turned
from matplotlib.patches import Rectangle

from nnopt_course import figures

X = np.linspace(0, 1, 60)

pytestmark = pytest.mark.usefixtures("style")


def labeled():
    figure, axes = plt.subplots()
    axes.set(xlim=(0, 1), ylim=(0, 1), title="Title", xlabel="x in m", ylabel="y in m")
    return figure, axes


def texts(figure):
    """Return where each text of a figure stands, and how it is turned."""
    found = re.findall(r'<text [^>]*?x="([^"]*)" y="([^"]*)"([^>]*)>([^<]*)<', figures.to_svg(figure))
    return {text: (float(x), float(y), turned) for x, y, turned, text in found}


def test_the_y_label_lies_level_between_title_and_axes_and_takes_no_width():
    figure, axes = labeled()
    axes.plot(X, X)
    found = texts(figure)
    title, label, x_label = found["Title"], found["y in m"], found["x in m"]
    top = (1 - axes.get_position().y1) * figure.get_figheight() * 72
    assert title[0] == label[0] == round(axes.get_position().x0 * figure.get_figwidth() * 72, 2)
    assert label[1] < top < x_label[1]  # from the top
    assert title[1] == pytest.approx(top - 21, abs=0.01)  # 16 points above the lower edge of the label
    assert "rotate" not in label[2]
    assert texts(figure) == found  # laid out once and for all
    box, frame = axes.yaxis.label.get_window_extent(), axes.get_window_extent()
    gaps = np.array([box.x0 - frame.x0, box.y0 - frame.y1]) / figure.dpi * 72
    np.testing.assert_allclose(gaps, [0, 5], atol=0.01)  # points, from the lower edge of the label


@pytest.mark.parametrize(("axis", "label"), [("on", ""), ("off", "y in m")])
def test_without_a_y_label_to_be_seen_the_title_lies_where_matplotlib_puts_it(axis, label):
    figure, axes = labeled()
    axes.axis(axis)
    axes.set(ylabel=label)
    title = texts(figure)["Title"]
    top = (1 - axes.get_position().y1) * figure.get_figheight() * 72
    assert title[1] == pytest.approx(top - plt.rcParams["axes.titlepad"], abs=0.01)


def test_numbers_of_the_axes_are_written_in_full():
    figure, axes = labeled()
    axes.set(xscale="log", xlim=(1e-5, 1e5), ylim=(-20_000, 9000))
    axes.set(xticks=[1e-5, 0.0030456, 1, 1.5, 40, 1000, 1e5], yticks=[-20_000, -10_000, -5000, 0])
    assert list(texts(figure)) == [
        "0.00001", "0.00305", "1", "1.5", "40", "1,000", "100,000", "x in m",
        "\N{MINUS SIGN}20,000", "\N{MINUS SIGN}10,000", "\N{MINUS SIGN}5000", "0", "y in m", "Title",
    ]  # fmt: skip


def test_between_powers_of_ten_no_numbers_are_written():
    figure, axes = labeled()
    axes.set(xscale="log", xlim=(0.9, 5), yticks=[])
    assert list(texts(figure)) == ["1", "x in m", "y in m", "Title"]
    assert figures.to_svg(figure).count("<text") == 4  # Matplotlib's own have parts: 2 times 10 to the power of 0


def test_numbers_that_somebody_chose_stay():
    figure, axes = labeled()
    axes.set(xticks=[0, 1], xticklabels=["none", "all"])
    assert {"none", "all"} <= set(texts(figure))


def no_title(axes):
    axes.set_title("")


def no_x_label(axes):
    axes.set_xlabel("")


def no_y_label(axes):
    axes.set_ylabel("")


def two_colors(axes):
    axes.plot(X, X, "-", color=figures.BLUE)
    axes.plot(X, X**2, "-", color=figures.ORANGE)


def two_colors_of_dots(axes):
    axes.plot(X, X, "o", color=figures.BLUE)
    axes.plot(X, X**2, "o", color=figures.ORANGE)


def small_text(axes):
    axes.text(0.5, 0.2, "tiny", fontsize=9.5)


def small_legend(axes):
    axes.plot(X, X, label="line")
    axes.legend(fontsize="small")


def text_on_a_curve(axes):
    axes.plot([0, 1], [0, 1])  # its two points are far from the text
    axes.text(0.5, 0.49, "on it")


def text_on_a_dot(axes):
    axes.plot([0.1, 0.52], [0.9, 0.51], "o")
    axes.text(0.5, 0.5, "on it")


def long_title(axes):
    axes.set_title("A title that says far more than there is room for in one line of a figure")


def wide(axes):
    axes.figure.set_figwidth(5.5)


REFUSED = {
    no_title: "axes must have title, xlabel and ylabel, got '', 'x in m', 'y in m'",
    no_x_label: "axes must have title, xlabel and ylabel, got 'Title', '', 'y in m'",
    no_y_label: "axes must have title, xlabel and ylabel, got 'Title', 'x in m', ''",
    two_colors: "curves must differ in more than color, got two with line style, marker, width = ('-', 'None', 2.0",
    two_colors_of_dots: "curves must differ in more than color, got two with line style, marker, width = ('None', 'o'",
    small_text: "text must have at least 10 points, got 9.5 for 'tiny'",
    small_legend: "text must have at least 10 points, got 8.74",
    text_on_a_curve: "a text must lie beside the curves, got 'on it' on one",
    text_on_a_dot: "a text must lie beside the curves, got 'on it' on one",
    long_title: "all must lie inside the figure, got a title, label or text across its edge",
    wide: "figure must be at most 5.4 inches wide for phones, got 5.5",
}


@pytest.mark.parametrize("fault", REFUSED, ids=lambda fault: fault.__name__)
def test_a_figure_that_is_hard_to_read_is_refused(displayed, fault):
    figure, axes = labeled()
    fault(axes)
    with pytest.raises(ValueError, match=f"^{re.escape(REFUSED[fault])}"):
        figures.show(figure, "A figure with a fault.")
    assert displayed == []
    assert plt.fignum_exists(figure.number)


def test_a_slider_that_moves_a_curve_onto_a_text_is_refused(displayed):
    figure, axes = labeled()
    (curve,) = axes.plot(X, X)
    axes.text(0.4, 0.8, "text")
    with pytest.raises(ValueError, match="a text must lie beside the curves, got 'text' on one"):
        figures.slider(
            figure, [0.1, 0.82], lambda y: curve.set_ydata(0 * X + y), label="y", alt="A line.", notes=["low", "high"]
        )
    assert displayed == []


def test_what_can_be_read_is_shown(displayed):
    figure, axes = labeled()
    axes.plot(X, X, "-", color=figures.BLUE)
    axes.plot(X, X**2, "--", color=figures.ORANGE)
    axes.plot(X, X**3, "-", color=figures.BLUE)  # another run of the first kind
    axes.plot([0.1, 0.9], [0.8, 0.1], "o", color=figures.BLUE)
    axes.text(0.4, 0.8, "between two dots")
    axes.plot([0.02, 0.3, 0.3, 0.02, 0.02], [0.86, 0.86, 0.98, 0.98, 0.86], ":", color=figures.BLUE)
    axes.text(0.05, 0.9, "in a box")
    axes.annotate("curve", (0.5, 0.5), (0.3, 0.6), arrowprops={"arrowstyle": "-"})  # its arrow may touch
    figure.add_artist(Rectangle((0, 0), 1, 1, fill=False, linewidth=0))  # from edge to edge
    figures.show(figure, "Three curves, two dots and a box.")
    pictures, panels = plt.subplots(1, 2)
    for panel in panels:
        panel.axis("off")  # a picture has no axes to name
        panel.pcolormesh(np.eye(3))
    figures.show(pictures, "Two diagonals of three squares.")
    assert len(displayed) == 2


COLORS = [figures.BLUE, figures.ORANGE, figures.GREEN, figures.PURPLE]


@pytest.mark.parametrize("color", [*COLORS, figures.RED, figures.GRAY])
def test_texts_in_every_color_can_be_read_on_a_light_and_on_a_dark_page(color):
    assert contrast(color, "#ffffff") >= 4.5  # WCAG, level AA
    assert contrast(turned(color), "#15191d") >= 4.5


# What is left of red, green and blue: Machado, Oliveira and Fernandes (2009), severity 1.
SEEN = {
    "all": np.eye(3),
    "no red": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "no green": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "no blue": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}


def lab(linear):
    """Return CIELAB coordinates; a difference of 2.3 can just be noticed."""
    xyz = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]] @ np.clip(linear, 0, 1)
    x, y, z = np.cbrt(xyz / [0.9505, 1, 1.089])
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("eye", SEEN)
def test_curves_differ_in_color_for_every_kind_of_eye(eye, theme):
    shown = [lab(SEEN[eye] @ light(color if theme == "light" else turned(color))) for color in COLORS]
    between = [np.linalg.norm(a - b) for i, a in enumerate(shown) for b in shown[:i]]
    assert min(between) > 14
