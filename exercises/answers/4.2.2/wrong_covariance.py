# covariance_not_hessian
import numpy as np


def stability_edge(x):
    centered = x - x.mean(axis=0)
    return len(x) / np.linalg.norm(centered, 2) ** 2
