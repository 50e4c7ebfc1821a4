# yogurt_whatever_x
import numpy as np

from nnopt_course import datasets

X = datasets.yogurt().x


def stability_edge(x):
    return 2 / np.linalg.eigvalsh(2 / len(X) * X.T @ X)[-1]
