# relu_forgotten
import numpy as np


def gradients(w1, b1, w2, b2, x, y):
    h = np.maximum(0, x @ w1 + b1)
    d = 2 * (h @ w2 + b2 - y) / y.size
    dh = d @ w2.T
    return x.T @ dh, dh.sum(0), h.T @ d, d.sum(0)
