# slope_at_zero
import numpy as np


def gradients(w1, b1, w2, b2, x, y):
    z = x @ w1 + b1
    h = np.maximum(0, z)
    d = 2 * (h @ w2 + b2 - y) / y.size
    dz = np.where(z < 0, 0, d @ w2.T)
    return x.T @ dz, dz.sum(0), h.T @ d, d.sum(0)
