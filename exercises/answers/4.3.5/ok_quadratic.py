"""The positive root of the quadratic equation, as NumPy finds it."""

import numpy as np


def decay_for(target, rate, curvature, variance, shift):
    q, a = (target - shift * shift) / variance, 1 - rate * curvature
    if q <= 0:
        raise ValueError("out of reach")
    if q >= 1:
        return 0
    roots = np.roots([a * (1 - q), (1 - a) * (1 + q), q - 1])
    return max(roots.real)
