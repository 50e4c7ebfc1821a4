"""Slider figures: what the page holds is checked here, how it behaves in a browser in test_site_browser.py."""

import json
import re
from html.parser import HTMLParser

import matplotlib.pyplot as plt
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnopt_course import _readable, figures

X = np.linspace(-2, 2, 30)
VALUES, NOTES = [0.5, 1.0, 2.0], ["slow", "just right", "fast"]

pytestmark = pytest.mark.usefixtures("style")


def parabola():
    """Return a figure with one curve that stays and two that move, and the function that moves them."""
    figure, axes = plt.subplots()
    axes.plot(X, X, label="stays")
    moving = [axes.plot(X, X, label=label)[0] for label in ("moves", "moves too")]
    axes.set(xlim=(-2, 2), ylim=(-4, 8), title="Bends", xlabel="x", ylabel="y")
    axes.legend(loc="upper left")  # the best place would move with the curves

    def draw(value):
        moving[0].set_ydata(float(value) * X**2)
        moving[1].set_ydata(-float(value) * X)

    return figure, draw


class Page(HTMLParser):
    """Collects the tags in order and the text inside each kind of element."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.text, self.open = [], {}, []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in ("input", "path", "use"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag in self.open:
            while self.open.pop() != tag:
                pass

    def handle_data(self, data):
        if self.open:
            self.text[self.open[-1]] = self.text.get(self.open[-1], "") + data

    def all(self, tag):
        return [attributes for name, attributes in self.tags if name == tag]


def make(displayed, **change):
    """Display a slider and return its page and what its script was given."""
    figure, draw = change.pop("figure", None) or parabola()
    options = {"values": VALUES, "label": "rate", "alt": "Two curves bend.", "notes": NOTES} | change
    figures.slider(figure, options.pop("values"), draw, **options)
    html = displayed[-1][0]["text/html"]
    given = {
        name: json.loads(re.search(rf"\b{name} = (.*?)[;,]\s*(?:\n| notes = )", html)[1])
        for name in ("moving", "values", "notes", "frames")
    }
    return Page(html), given


def paths(svg):
    return [re.sub(r"\s*([MLQCz])\s*", r"\1", path) for path in re.findall(r'<path\b[^>]*? d="([^"]*)"', svg)]


@pytest.mark.parametrize("start", [0, 1, 2])
def test_every_frame_is_the_picture_of_its_value_and_the_default_is_that_of_start(displayed, start):
    _, given = make(displayed, start=start)
    shown = paths(displayed[-1][0]["text/html"])
    assert len(given["frames"]) == len(VALUES)
    for i, value in enumerate(VALUES):
        figure, draw = parabola()
        draw(value)
        _readable.finish(figure)
        figure.draw_without_rendering()
        figure.set_layout_engine("none")  # a slider keeps the layout that it has on the screen
        expected = paths(figures.to_svg(figure))
        swapped = list(shown)
        for j, position in enumerate(given["moving"]):
            swapped[position] = given["frames"][i][j]
        assert swapped == expected
        if i == start:
            assert shown == expected


def test_the_layout_is_that_of_the_start_picture(displayed):
    def unlimited():
        figure, axes = plt.subplots()
        axes.set(title="Bends", xlabel="x", ylabel="y")
        (curve,) = axes.plot(X, X, clip_on=False)  # the axes make room for what reaches beyond them

        def draw(value):
            curve.set_ydata({0.5: 500, 1.0: 1000, 2.0: 700}[value] * X**2)
            axes.set_ylim(-4000, 3000)  # wider tick labels than before

        return figure, draw

    make(displayed, figure=unlimited(), start=1)
    figure, draw = unlimited()
    draw(VALUES[1])
    _readable.finish(figure)
    figure.draw_without_rendering()
    figure.set_layout_engine("none")
    assert paths(displayed[-1][0]["text/html"]) == paths(figures.to_svg(figure))


def test_only_the_curves_that_move_are_stored(displayed):
    _, given = make(displayed)
    assert len(given["moving"]) == 2
    assert {len(frame) for frame in given["frames"]} == {2}
    assert given["values"] == ["0.5", "1.0", "2.0"]
    assert given["notes"] == NOTES
    assert 'values = ["0.5","1.0","2.0"],' in displayed[0][0]["text/html"]  # a slider has thousands of numbers


@pytest.mark.parametrize("start", [0, 2])
def test_the_page_says_value_and_note_of_the_start_and_names_picture_and_slider(displayed, start):
    figure = parabola()
    other = plt.figure()
    page, _ = make(displayed, figure=figure, start=start)
    (slider,) = page.all("input")
    assert (slider["type"], slider["min"], slider["max"], slider["value"]) == ("range", "0", "2", str(start))
    assert slider["aria-valuetext"] == f"{VALUES[start]}. {NOTES[start]}"
    assert page.text["label"].strip() == "rate"  # the slider's name; its value is said by aria-valuetext alone
    assert page.all("span")[0] == {"aria-hidden": "true"}
    assert page.text["output"] == str(VALUES[start])
    assert page.text["figcaption"] == NOTES[start]
    (svg,) = page.all("svg")
    assert (svg["role"], svg["aria-label"]) == ("img", "Two curves bend.")
    data, options = displayed[-1]
    assert options == {"raw": True}
    assert set(data) == {"text/html", "text/plain"}
    assert data["text/plain"] == "Two curves bend."
    assert plt.get_fignums() == [other.number]


def test_numbers_are_written_as_in_the_figures_and_the_ends_of_the_slider_are_labeled(displayed):
    figure, draw = parabola()
    notes = ["It is -3 off.", "Held-out loss 0.5-0.6, 5e-3.", "-.5 and (-1, -2)"]
    moves = figure, lambda value: draw(value / 10_000)
    page, given = make(displayed, figure=moves, values=[-2, 9999, 10_000], notes=notes)
    assert given["values"] == ["\N{MINUS SIGN}2", "9999", "10,000"]
    minus = "\N{MINUS SIGN}"
    assert given["notes"] == [f"It is {minus}3 off.", notes[1], f"{minus}.5 and ({minus}1, {minus}2)"]
    assert page.text["figcaption"] == given["notes"][0]
    (ends,) = page.all("div")
    assert ends == {"class": "slider-ends", "aria-hidden": "true"}
    assert re.findall("<span>(.*?)</span>", displayed[-1][0]["text/html"]) == [f"{minus}2", "10,000"]


@settings(max_examples=10)
@given(st.lists(st.integers(1, 199), min_size=2, max_size=5, unique=True), st.data())
def test_any_values_are_stored_in_order_and_the_start_is_shown(numbers, data):
    values, start = [number / 100 for number in numbers], data.draw(st.integers(0, len(numbers) - 1))
    displayed = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(figures, "display", lambda page, **options: displayed.append((page, options)))
        page, given = make(displayed, values=values, notes=["note"] * len(values), start=start)
    assert given["values"] == list(map(str, values))
    assert page.text["output"] == str(values[start])
    shown = paths(displayed[-1][0]["text/html"])
    assert given["frames"][start] == [shown[i] for i in given["moving"]]
    # A parabola through (-2, 4 v): its first point is higher for the larger value, and SVG counts from the top.
    tops = [float(re.match(r"M[0-9.-]+ ([0-9.-]+)", frame[0])[1]) for frame in given["frames"]]
    assert sorted(range(len(values)), key=values.__getitem__) == sorted(range(len(values)), key=lambda i: -tops[i])


def test_running_twice_gives_the_same_text(displayed):
    make(displayed)
    make(displayed)
    assert displayed[0] == displayed[1]


HOSTILE = ["\"quoted\" 'single' <b>bold</b> &amp; {braces} \\n", "</script><script>alert(1)</script><!-- <script>"]


@pytest.mark.parametrize("hostile", HOSTILE, ids=["markup", "script"])
@pytest.mark.parametrize("place", ["label", "alt", "notes", "values"])
def test_words_are_shown_as_written_and_never_become_markup(displayed, place, hostile):
    plain, _ = make(displayed)
    figure, draw = parabola()
    words = [hostile + str(i) for i in range(3)]
    change = {"label": words[0], "alt": words[0], "notes": words, "values": words}[place]
    moves = (figure, lambda value: draw(float(str(value)[-1]) + 1))
    page, given = make(displayed, **{place: change}, **({"figure": moves} if place == "values" else {}))
    assert [tag for tag, _ in page.tags] == [tag for tag, _ in plain.tags]
    shown = {
        "label": page.text["label"],
        "alt": page.all("svg")[0]["aria-label"],
        "notes": page.text["figcaption"],
        "values": page.text["output"],
    }
    assert words[0] in shown[place]
    if place in ("notes", "values"):
        assert words[0] in page.all("input")[0]["aria-valuetext"]
        assert given[place] == words
