# smallest_eigenvalue
import numpy as np


def stability_edge(x):
    return len(x) / np.linalg.svd(x, compute_uv=False)[-1] ** 2
