# two_missing
import numpy as np


def gradients(w1, b1, w2, b2, x, y):
    h = np.maximum(0, x @ w1 + b1)
    d = (h @ w2 + b2 - y) / y.size
    dh = d @ w2.T
    dh[h <= 0] = 0
    return x.T @ dh, dh.sum(0), h.T @ d, d.sum(0)
