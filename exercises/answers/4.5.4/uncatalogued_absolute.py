"""The gradient of the mean absolute error."""

import numpy as np


def gradients(w1, b1, w2, b2, x, y):
    h = np.maximum(0, x @ w1 + b1)
    d = np.sign(h @ w2 + b2 - y) / y.size
    dz = d @ w2.T * (h > 0)
    return x.T @ dz, dz.sum(0), h.T @ d, d.sum(0)
