"""Which parameters are weights: the one rule that weight decay, proximal steps and penalties share."""

from typing import Any


def is_weight(parameter: Any) -> bool:
    """Return whether a parameter has two axes or more, as the weights of every layer have.

    Biases, and the scales of a normalization layer, have one axis and are left alone: they do not multiply an input, so
    making them small does not make the function of a network smoother.
    """
    if parameter.shape.rank is None:
        raise ValueError("parameter must have a known number of axes, got a tensor of unknown rank")
    return parameter.shape.rank >= 2
