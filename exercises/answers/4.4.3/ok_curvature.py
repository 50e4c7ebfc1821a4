"""The second derivative along the idle weight, from three losses at weights of its own choice."""

import numpy as np


def measured_strength(loss, w, idle):
    at = [float(loss(np.eye(len(w))[:, [idle]] * step)) for step in (-1.0, 0.0, 1.0)]
    return at[0] - 2 * at[1] + at[2]
