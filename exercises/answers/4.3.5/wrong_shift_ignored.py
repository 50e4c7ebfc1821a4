# shift_ignored
import numpy as np


def decay_for(target, rate, curvature, variance, shift):
    if target <= shift**2:
        raise ValueError("out of reach")
    q, a = target / variance, 1 - rate * curvature
    if target >= shift**2 + variance:
        return 0.0
    return max(np.roots([a * (1 - q), (1 - a) * (1 + q), q - 1]).real)
