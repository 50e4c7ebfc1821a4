# one_over_lambda
import numpy as np


def stability_edge(x):
    return x.shape[0] / (2 * np.linalg.svd(x)[1][0] ** 2)
