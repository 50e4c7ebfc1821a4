"""The figure of the benchmark page: the time of an update, compared with that of ``train``, by the width of a layer."""

import matplotlib.pyplot as plt

from nnopt_course import _readable, figures

Curves = dict[str, dict[int, float]]  # of each contestant, by width, how many times the time of ``train``
APART = 1.7  # labels stand above one another, at least so many times the value


def svg(curves: Curves) -> str:
    """Return the picture."""
    figures.use_style()
    drawn, axes = plt.subplots()
    styles = [*plt.rcParams["axes.prop_cycle"], {"color": figures.RED, "linestyle": "-", "marker": "o"}]
    begins = []
    for style, (label, curve) in zip(styles, curves.items(), strict=False):
        axes.loglog(list(curve), list(curve.values()), **style)
        begins.append((curve[min(curve)], label, style["color"]))
    height = 0.0
    for value, label, color in sorted(begins):
        height = max(value, height * APART)
        axes.text(9, height, label, color=color, ha="right", va="center")
    axes.set(title="The wider the layer, the less compiling gains", xlabel="hidden neurons", xlim=(2.5, 6000))
    axes.set(ylabel="times the time of train", ylim=(None, 2 * height))
    picture = figures.to_svg(drawn)
    _readable.check(drawn)
    plt.close(drawn)
    return picture


def alt(curves: Curves) -> str:
    """Return the figure in words."""
    widths = next(iter(curves.values()))
    said = [f"{label} from {curve[min(curve)]:.1f} to {curve[max(curve)]:.1f}" for label, curve in curves.items()]
    return (
        f"The time of an update as a multiple of that of train, against hidden neurons, both axes logarithmic, from "
        f"{min(widths)} to {max(widths)} neurons: {', '.join(said)}."
    )
