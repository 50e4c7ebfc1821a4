# divided_by_30
import numpy as np


def gradients(w1, b1, w2, b2, x, y):
    hidden = np.maximum(x @ w1 + b1, 0)
    d_out = 2 * (hidden @ w2 + b2 - y) / 30
    d_hidden = d_out @ w2.T * (hidden > 0)
    return x.T @ d_hidden, d_hidden.sum(axis=0), hidden.T @ d_out, d_out.sum(axis=0)
