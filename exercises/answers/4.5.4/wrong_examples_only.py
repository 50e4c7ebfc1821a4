# mean_over_examples_only
import numpy as np


def gradients(w1, b1, w2, b2, x, y):
    h = np.maximum(0, x @ w1 + b1)
    d = 2 * (h @ w2 + b2 - y) / x.shape[0]
    dh = np.einsum("nk,hk->nh", d, w2) * (h > 0)
    return np.einsum("ni,nh->ih", x, dh), dh.sum(0), np.einsum("nh,nk->hk", h, d), d.sum(0)
