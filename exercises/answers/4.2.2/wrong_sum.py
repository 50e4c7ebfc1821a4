# sum_not_mean
import numpy as np


def stability_edge(x):
    return 1 / max(np.linalg.eigvalsh(np.einsum("ni,nj->ij", x, x)))
