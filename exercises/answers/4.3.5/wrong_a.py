# forgotten_taken_for_kept
import numpy as np


def decay_for(target, rate, curvature, variance, shift):
    q, a = (target - shift**2) / variance, rate * curvature
    if q <= 0:
        raise ValueError("out of reach")
    if q >= 1:
        return 0.0
    return max(np.roots([a * (1 - q), (1 - a) * (1 + q), q - 1]).real)
