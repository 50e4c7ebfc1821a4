"""The template's pictures: lines and counts that are those of the network, in words too."""

import re
import xml.etree.ElementTree as ET

import matplotlib.pyplot as plt
import numpy as np
import pytest
from colors import contrast, turned
from matplotlib.colors import to_hex

from nnopt_course import figures
from nnopt_course.datasets import Dataset
from nnopt_course.template import picture
from nnopt_course.template.backward import backward
from nnopt_course.template.forward import class_of, forward
from nnopt_course.template.settings import LOSSES, Settings

SVG = "{http://www.w3.org/2000/svg}"


def outputs(parameters, x):
    w1, b1, w2, b2 = parameters
    return np.maximum(x @ w1 + b1, 0) @ w2 + b2


def lines(figure):
    """Return the contour lines of a figure by their dashes, each as points."""
    collections = [c for c in figure.axes[0].collections if len(c.get_paths()[0].vertices)]
    return {c.get_linestyle()[0][1] is not None: c.get_paths()[0].vertices for c in collections}


@pytest.fixture(scope="module", params=LOSSES)
def points(request):
    return backward(Settings(loss=request.param, average=True, learning_rate=0.02, steps=1000))


@pytest.fixture(scope="module")
def digits():
    return backward(Settings(data="digits", loss="softmax_cross_entropy", hidden=(32,), steps=1000))


@pytest.mark.usefixtures("style")
def test_the_network_answers_one_half_on_its_line(points):
    figure, _ = picture.draw(points)
    drawn = lines(figure)
    assert sorted(drawn) == [False, True]  # the weights' line is drawn through, that of the shadows dashed
    for is_dashed, parameters in [(False, points.parameters), (True, points.shadows)]:
        out = outputs(parameters, drawn[is_dashed])
        height = out[:, 0] - 0.5 if out.shape[1] == 1 else (out[:, 1] - out[:, 0]) / 4
        # Contours run straight between grid points 0.05 apart, where the network bends.
        assert len(height) > 50 and np.abs(height).max() < 0.05
        assert np.isclose(drawn[is_dashed] * 20, np.round(drawn[is_dashed] * 20)).any(axis=1).all()
    assert not np.allclose(drawn[False][:50], drawn[True][:50], atol=1e-3)


@pytest.mark.usefixtures("style")
def test_every_point_to_train_on_is_in_the_picture_with_the_mark_of_its_class(points):
    figure, words = picture.draw(points)
    axes = figure.axes[0]
    random = np.random.RandomState(2).randn(300, 2)
    red = (random**2).sum(axis=1) < 2
    marks = {line.get_label(): line for line in axes.get_lines()}
    assert marks["red"].get_xydata().tolist() == random[red].tolist()
    assert marks["blue"].get_xydata().tolist() == random[~red].tolist()
    assert marks["red"].get_marker() != marks["blue"].get_marker()  # color alone does not tell everyone
    assert np.abs(random).max() < axes.get_xlim()[1] == axes.get_ylim()[1]
    scores = [f"{points.held_out[name]['accuracy']:.1%}" for name in ("weights", "shadows")]
    assert re.findall(r"\d+\.\d%", words) == scores
    assert words.startswith("188 red and 112 blue points to train on. ")


@pytest.mark.usefixtures("style")
def test_the_boundary_is_explained_by_its_axes_and_by_a_legend_below_them(points):
    figure, _ = picture.draw(points)
    figure.draw_without_rendering()
    (axes,), (legend,) = figure.axes, figure.legends
    assert (axes.get_title(loc="left"), axes.get_xlabel(), axes.get_ylabel()) == ("Decision boundary", "x₁", "x₂")
    assert figure.get_size_inches().tolist() == [4.6, 4.4] and axes.get_aspect() == 1
    assert axes.get_xlim() == axes.get_ylim() == (-4.5, 4.5)  # no point lies outside
    assert {line.get_label(): (line.get_color(), line.get_linestyle()) for line in axes.get_lines()} == {
        "red": (figures.RED, "None"),
        "blue": (figures.BLUE, "None"),
        "0.5, with the weights": ("black", "-"),
        "0.5, with the shadows": ("black", "--"),
    }
    assert [line.get_markersize() for line in axes.get_lines()[:2]] == [3, 4]  # a cross looks smaller than a disk
    contours = [each for each in axes.collections if len(each.get_paths()[0].vertices)]
    assert [each.get_linewidths().tolist() for each in contours] == [[1.8], [1.8]]
    assert all(each.get_edgecolors()[:, :3].sum() == 0 for each in contours)
    places = {text.get_text(): text.get_window_extent() for text in legend.get_texts()}
    assert list(places) == [line.get_label() for line in axes.get_lines()]
    columns, rows = ({round(getattr(place, start)) for place in places.values()} for start in ("x0", "y0"))
    assert len(columns) == len(rows) == 2
    assert legend.get_window_extent().y1 <= axes.get_tightbbox().y0


@pytest.mark.usefixtures("style")
def test_weights_without_a_line_say_so_and_the_shadows_line_stays_dashed():
    run = backward(Settings(steps=1, hidden=(), average=True))
    shadows = [np.array([[1.0], [0.0]]), np.array([0.5])]  # the line is the vertical axis
    figure, words = picture.draw(run._replace(parameters=[np.zeros((2, 1)), np.zeros(1)], shadows=shadows))
    assert "The network with its weights answers 0.5 nowhere in the picture" in words
    *_, legend = figure.axes[0].get_lines()
    assert (legend.get_label(), legend.get_linestyle()) == ("0.5, with the shadows", "--")
    assert list(lines(figure)) == [True] and not lines(figure)[True][:, 0].any()
    figure, _ = picture.draw(run._replace(parameters=[np.zeros((2, 1)), np.zeros(1)], shadows=[]))
    assert not lines(figure) and figure.axes[0].get_xlim() == figure.axes[0].get_ylim() == (-4.5, 4.5)


@pytest.mark.usefixtures("style")
def test_the_confusion_matrix_counts_digits_and_answers(digits):
    figure, words = picture.draw(digits)
    x, y = digits.data.test
    answers = outputs(digits.parameters, x).argmax(axis=1)
    counts = {}
    for digit, answer in zip(y.tolist(), answers.tolist(), strict=True):
        counts[digit, answer] = counts.get((digit, answer), 0) + 1
    drawn = {(t.get_position()[1] - 0.5, t.get_position()[0] - 0.5): int(t.get_text()) for t in figure.axes[0].texts}
    assert drawn == counts
    assert len(counts) > 10  # a thousand updates leave some wrong
    assert words.startswith(f"The network with its weights reads {(answers == y).sum()} of 297 digits held out correct")
    said = {(int(i), int(j)): int(n) for i, j, n in re.findall(r"(\d) as (\d) \((\d+)\)", words)}
    assert said == {pair: n for pair, n in counts.items() if pair[0] != pair[1]}


@pytest.mark.usefixtures("style")
def test_the_confusion_matrix_shows_large_counts_dark_and_every_count_readable(digits):
    figure, _ = picture.draw(digits)
    (axes,) = figure.axes
    assert (axes.get_title(loc="left"), axes.get_xlabel(), axes.get_ylabel()) == ("Confusion matrix", "answer", "digit")
    assert figure.get_size_inches().tolist() == [4.6, 4.4] and axes.get_aspect() == 1
    assert (axes.get_xlim(), axes.get_ylim()) == ((0, 10), (10, 0))  # zero is on top
    for axis in (axes.xaxis, axes.yaxis):
        assert [label.get_text() for label in axis.get_ticklabels()] == list("0123456789")
        assert axis.get_ticklocs().tolist() == [digit + 0.5 for digit in range(10)]
        assert not any(line.get_visible() for line in axis.get_gridlines())
    (mesh,) = axes.collections
    figure.draw_without_rendering()
    counts, cells = mesh.get_array(), [to_hex(color) for color in mesh.get_facecolors()]
    assert {to_hex(color) for color in mesh.get_edgecolors()} == {"#ffffff"} and mesh.get_linewidths().tolist() == [0.5]
    assert counts.shape == (10, 10)
    none, one, most = (cells[counts.ravel().tolist().index(count)] for count in (0, 1, counts.max()))
    assert contrast(none, one) > 1.3 and contrast(none, most) > 10  # a single wrong answer is seen
    for text in axes.texts:
        column, row = np.subtract(text.get_position(), 0.5).astype(int)
        pair = to_hex(text.get_color()), cells[10 * row + column]
        assert contrast(*pair) > 4.5 and contrast(*map(turned, pair)) > 4.5
        assert (text.get_ha(), text.get_va(), text.get_fontsize()) == ("center", "center", 10)


def test_no_wrong_answer_is_said_in_one_sentence(digits):
    x, y = digits.data.test
    right = class_of(forward(digits.parameters, x)) == y
    _, words = picture.draw(digits._replace(data=digits.data._replace(test=Dataset(x[right], y[right]))))
    assert words == f"The network with its weights reads {right.sum()} of {right.sum()} digits held out correctly."


@pytest.mark.usefixtures("style")
def test_the_shadows_of_the_digits_are_drawn_if_there_are_any(digits):
    others = [values * 0 for values in digits.parameters]
    _, words = picture.draw(digits._replace(shadows=others))
    zeros = int((digits.data.test.y == 0).sum())
    assert words.startswith(f"The network with its shadows reads {zeros} of 297 digits held out correctly. ")


def test_the_file_is_whole_svg_with_a_title_and_a_description_that_it_names(points, digits):
    for run, title in [(points, "Decision boundary"), (digits, "Confusion matrix")]:
        text = picture.to_svg(run)
        root = ET.fromstring(text)
        assert root.tag == f"{SVG}svg" and root.get("role") == "img"
        named = {element.get("id"): element.text for element in root[:2]}
        assert [element.tag for element in root[:2]] == [f"{SVG}title", f"{SVG}desc"]
        assert root.get("aria-labelledby").split() == list(named) == ["title", "desc"]
        _, words = picture.draw(run)
        assert list(named.values()) == [title, words]
        assert not list(root.iter(f"{SVG}image"))  # shapes, no pixels
        ids = [element.get("id") for element in root.iter() if element.get("id")]
        assert len(ids) == len(set(ids))
        assert picture.to_svg(run) == text
    plt.close("all")


def test_drawing_a_file_leaves_no_figure_and_no_setting_behind(points):
    before = dict(plt.rcParams)
    picture.to_svg(points)
    assert plt.get_fignums() == []
    assert dict(plt.rcParams) == before


def test_what_is_no_run_is_refused():
    for function in (picture.draw, picture.to_svg):
        with pytest.raises(TypeError, match=r"^run must be what backward returned, got 'run'$"):
            function("run")
