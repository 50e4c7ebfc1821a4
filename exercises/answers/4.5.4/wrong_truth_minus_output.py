# sign_turned
import numpy as np


def gradients(w1, b1, w2, b2, x, y):
    h = np.maximum(0, x @ w1 + b1)
    d = 2 * (y - (h @ w2 + b2)) / y.size
    dz = (d @ w2.T) * np.sign(h)
    return x.T @ dz, dz.sum(0), h.T @ d, d.sum(0)
