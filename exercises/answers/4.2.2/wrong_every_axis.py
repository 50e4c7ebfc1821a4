# one_edge_per_axis
import numpy as np


def stability_edge(x):
    return 2 / np.linalg.eigvalsh(2 / len(x) * x.T @ x)
