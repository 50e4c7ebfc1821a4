"""Figures under hostile curves, words, values and notes."""

import contract
import hostile
import matplotlib.pyplot as plt
import numpy as np
import pytest
from contract import Case
from hypothesis import given, settings
from hypothesis import strategies as st

from nnopt_course import figures

pytestmark = pytest.mark.usefixtures("nothing_printed", "style")
X = np.linspace(0, 1, 3)
words = st.sampled_from(["A curve bends.", "</script>", "\N{MINUS SIGN}1 & \N{SNOWMAN} \ud7ff", "x" * 500])
curves = st.lists(hostile.numbers | st.floats(-3, 3), min_size=3, max_size=3)
few = st.lists(st.sampled_from([1, 0.5, "high", None, np.float64("nan"), 10**400]), min_size=2, max_size=3)


def a_figure(heights):
    """Return a figure with one curve; the limits are set, because Matplotlib has none for infinite numbers."""
    figure, axes = plt.subplots(subplot_kw={"autoscale_on": False, "xlim": (0, 1), "ylim": (-3, 3)})
    axes.plot(X, heights)
    axes.set(title="Bends", xlabel="x", ylabel="y")
    return figure


def is_curve(heights):
    return isinstance(heights, tuple) and [type(height) for height in heights] == [float] * 3


def on_a_figure(function):
    """Hand over a figure that is made for the call, if it is described by the heights of its curve."""

    def call(figure, **chosen):
        shown = a_figure(figure) if is_curve(figure) else figure
        if chosen.get("draw") == "moves":
            chosen["draw"] = lambda value: shown.axes[0].lines[0].set_ydata(X * len(str(value)))
        try:
            return function(shown, **chosen)
        finally:
            plt.close("all")

    return call


def shows_nothing(result, chosen):
    assert result is None


def shows_svg(result, chosen):
    assert result.startswith("<svg ") and result.rstrip().endswith("</svg>") and "nan" not in result


@st.composite
def sliders(draw):
    values = draw(few)
    chosen = {"figure": tuple(draw(curves)), "values": values, "draw": "moves", "label": draw(words)}
    return chosen | {"alt": draw(words), "notes": [draw(words) for _ in values], "start": draw(st.sampled_from([0, 1]))}


figure = {"figure": curves.map(tuple)}
CASES = {
    "figures.use_style": Case(st.just({}), shows_nothing),
    "figures.to_svg": Case(st.fixed_dictionaries(figure), shows_svg, on_a_figure(figures.to_svg)),
    "figures.show": Case(st.fixed_dictionaries(figure | {"alt": words}), shows_nothing, on_a_figure(figures.show)),
    "figures.slider": Case(
        sliders(),
        shows_nothing,
        on_a_figure(figures.slider),
        {"draw": hostile.no_function},
        names=("text",),
    ),
}


@pytest.mark.parametrize("name", CASES)
@pytest.mark.usefixtures("displayed")
@given(data=st.data())
@settings(max_examples=settings.default.max_examples // 8)
def test_eagerly(name, data):
    contract.keeps(name, CASES[name], contract.arguments(data, CASES[name]))
