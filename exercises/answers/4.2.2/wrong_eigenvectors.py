# eigenvectors_not_values
import numpy as np


def stability_edge(x):
    return 2 / np.linalg.eigh(2 / len(x) * x.T @ x)[-1]
