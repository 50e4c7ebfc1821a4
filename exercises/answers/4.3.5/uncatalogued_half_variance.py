"""Thinks that only half of the variance has to be filtered."""

import numpy as np


def decay_for(target, rate, curvature, variance, shift):
    q, a = 2 * (target - shift**2) / variance, 1 - rate * curvature
    if q <= 0:
        raise ValueError("out of reach")
    if q >= 1:
        return 0.0
    return max(np.roots([a * (1 - q), (1 - a) * (1 + q), q - 1]).real)
