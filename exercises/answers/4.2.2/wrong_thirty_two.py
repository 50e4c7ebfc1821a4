# always_32_days
import numpy as np


def stability_edge(x):
    return 2 / np.linalg.eigvalsh(2 / 32 * x.T @ x)[-1]
