"""Divides by the root of the share, as if averages were variances."""

import numpy as np


def corrected_average(path, decay):
    shadow, found = 0.0, []
    for n, value in enumerate(path, start=1):
        shadow = decay * shadow + (1 - decay) * value
        found.append(shadow / np.sqrt(1 - decay**n))
    return found
