# bias_averaged
import numpy as np


def gradients(w1, b1, w2, b2, x, y):
    z = x @ w1 + b1
    h = np.maximum(0, z)
    d = 2 * (h @ w2 + b2 - y) / y.size
    dz = d @ w2.T * (z > 0)
    return x.T @ dz, np.mean(dz, 0), h.T @ d, np.mean(d, 0)
