"""What the figures refuse: a picture without words, a slider that does not fit, a draw that does too much."""

import re

import matplotlib.pyplot as plt
import numpy as np
import pytest

from nnopt_course import figures

X = np.linspace(-2, 2, 30)

pytestmark = pytest.mark.usefixtures("style")


def parabola():
    """Return a figure with one curve, and the function that moves it."""
    figure, axes = plt.subplots()
    (curve,) = axes.plot(X, X)
    axes.set(xlim=(-2, 2), ylim=(-4, 8), title="Bends", xlabel="x", ylabel="y")
    return figure, lambda value: curve.set_ydata(float(value) * X**2)


def make(**change):
    """Display a slider that is right but for the change."""
    figure, draw = change.pop("figure", None) or parabola()
    options = {"values": [0.5, 1.0, 2.0], "label": "rate", "alt": "A curve bends.", "notes": ["a", "b", "c"]} | change
    figures.slider(figure, options.pop("values"), draw, **options)


@pytest.mark.parametrize(
    ("alt", "error", "message"),
    [(alt, ValueError, f"alt must say what the figure shows, got {alt!r}") for alt in ("", "  ", "\n\t")]
    + [(alt, TypeError, f"alt must be a string, got {alt!r}") for alt in (None, 1, b"a curve", ["a curve"])],
)
def test_show_refuses_a_bad_alternative_text_and_keeps_the_figure(displayed, alt, error, message):
    figure = parabola()[0]
    with pytest.raises(error, match=f"^{re.escape(message)}$"):
        figures.show(figure, alt)
    assert displayed == []
    assert plt.fignum_exists(figure.number)


@pytest.mark.parametrize("value", [None, "figure", 1, X])
def test_only_figures_are_drawn(displayed, value):
    for call in (lambda: figures.to_svg(value), lambda: figures.show(value, "A curve.")):
        with pytest.raises(TypeError, match=f"^{re.escape(f'figure must be a Matplotlib figure, got {value!r}')}$"):
            call()
    assert displayed == []


FITS = "values must hold at least two entries and notes one per value, got "


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"values": [1.0], "notes": ["one"]}, ValueError, f"{FITS}1 values and 1 notes"),
        ({"values": [], "notes": []}, ValueError, f"{FITS}0 values and 0 notes"),
        ({"notes": ["a", "b"]}, ValueError, f"{FITS}3 values and 2 notes"),
        ({"values": 3}, TypeError, "values must be a list, got 3"),
        ({"values": "012"}, TypeError, "values must be a list, got '012'"),
        ({"notes": "abc"}, TypeError, "notes must be a list, got 'abc'"),
        ({"values": np.array(3.0)}, TypeError, "values must be a list, got array(3.)"),
        ({"notes": 5}, TypeError, "notes must be a list, got 5"),
        ({"notes": ["a", None, "c"]}, TypeError, "notes[1] must be a string, got None"),
        ({"notes": None}, TypeError, "notes must be a list, got None"),
        ({"notes": ["a", "b", " "]}, ValueError, "notes[2] must say what the figure shows, got ' '"),
        ({"start": 3}, ValueError, "start must be at most 2, got 3"),
        ({"start": -1}, ValueError, "start must be at least 0, got -1"),
        ({"start": 1.0}, TypeError, "start must be an integer, got 1.0"),
        ({"start": True}, TypeError, "start must be an integer, got True"),
        ({"start": None}, TypeError, "start must be an integer, got None"),
        ({"alt": " "}, ValueError, "alt must say what the figure shows, got ' '"),
        ({"alt": None}, TypeError, "alt must be a string, got None"),
        ({"label": "\t"}, ValueError, "label must name what the slider sets, got '\\t'"),
        ({"label": 0.5}, TypeError, "label must be a string, got 0.5"),
        ({"figure": (None, print)}, TypeError, "figure must be a Matplotlib figure, got None"),
        ({"figure": (plt.Figure(), None)}, TypeError, "draw must be a function of a value, got None"),
    ],
)
def test_wrong_arguments_are_refused(displayed, change, error, message):
    with pytest.raises(error) as caught:
        make(**change)
    assert str(caught.value) == message
    assert displayed == []


def test_a_draw_that_moves_nothing_is_refused(displayed):
    figure, _ = parabola()
    with pytest.raises(ValueError, match="draw must move a curve"):
        make(figure=(figure, lambda value: None))
    assert displayed == []


def change_limits(axes, value):
    axes.set_ylim(-value, value)


def change_title(axes, value):
    axes.set_title(f"rate {value}")


def change_color(axes, value):
    axes.lines[0].set_color("red" if value == 2.0 else "black")


def add_curve(axes, value):
    axes.plot(X, value * X)


@pytest.mark.parametrize("change", [change_limits, change_title, change_color, add_curve])
def test_a_draw_that_changes_more_than_curves_is_refused(displayed, change):
    figure, _ = parabola()
    (axes,) = figure.axes
    with pytest.raises(ValueError, match=r"draw must only move curves.*fix the limits of the axes"):
        make(figure=(figure, lambda value: change(axes, value)))
    assert displayed == []
