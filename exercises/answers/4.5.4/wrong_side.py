# relu_wrong_side
import numpy as np


def gradients(w1, b1, w2, b2, x, y):
    z = x @ w1 + b1
    h = np.maximum(0, z)
    d = 2 * (h @ w2 + b2 - y) / y.size
    dz = d @ w2.T
    dz[z >= 0] = 0
    return x.T @ dz, dz.sum(0), h.T @ d, d.sum(0)
