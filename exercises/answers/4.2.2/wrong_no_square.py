# singular_value_not_squared
import numpy as np


def stability_edge(x):
    hessian_root = np.linalg.svd(2 / len(x) * x, compute_uv=False)
    return 2 / hessian_root.max()
