"""The figure of the benchmark page: microseconds per update against the width of the hidden layer."""

import matplotlib.pyplot as plt

from nnopt_course import _readable, figures

Curves = dict[str, dict[int, float]]  # of each contestant, microseconds per update by width


def svg(curves: Curves) -> str:
    """Return the picture."""
    figures.use_style()
    drawn, axes = plt.subplots()
    styles = [*plt.rcParams["axes.prop_cycle"], {"color": figures.RED, "linestyle": "-", "marker": "o"}]
    ends = []
    for style, (label, curve) in zip(styles, curves.items(), strict=False):
        axes.loglog(list(curve), list(curve.values()), **style)
        ends.append((curve[max(curve)], label, style["color"]))
    height, apart = 0.0, 1.6  # the labels stand above one another, at least so many times the value
    for value, label, color in sorted(ends):
        height = max(value, height * apart)
        axes.text(5000, height, label, color=color, va="center")
    axes.set(title="The time of an update by the width of the hidden layer", xlabel="hidden neurons")
    axes.set(ylabel="microseconds per update", xlim=(9, 30_000), ylim=(None, 3 * height))
    picture = figures.to_svg(drawn)
    _readable.check(drawn)
    plt.close(drawn)
    return picture


def alt(curves: Curves) -> str:
    """Return the figure in words."""
    widths = next(iter(curves.values()))
    said = [f"{label} from {curve[min(curve)]:,.0f} to {curve[max(curve)]:,.0f}" for label, curve in curves.items()]
    return (
        f"Microseconds per update against hidden neurons, both axes logarithmic, from {min(widths)} to {max(widths)} "
        f"neurons. The curves go up: {', '.join(said)}."
    )
