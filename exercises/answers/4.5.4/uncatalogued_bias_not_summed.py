"""Biases get a slope for each example: another shape."""

import numpy as np


def gradients(w1, b1, w2, b2, x, y):
    h = np.maximum(0, x @ w1 + b1)
    d = 2 * (h @ w2 + b2 - y) / y.size
    dz = d @ w2.T * (h > 0)
    return x.T @ dz, dz, h.T @ d, d
