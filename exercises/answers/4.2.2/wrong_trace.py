# trace_not_largest
import numpy as np


def stability_edge(x):
    return len(x) / np.sum(x**2)
