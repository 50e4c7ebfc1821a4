"""No calculus: central differences, one number at a time."""

import numpy as np


def gradients(w1, b1, w2, b2, x, y):
    found = []
    for at_zero, values in enumerate((w1, b1, w2, b2)):
        slope = np.zeros_like(values)
        for index in np.ndindex(values.shape):
            ends = []
            for sign in (1, -1):
                moved = [w1.copy(), b1.copy(), w2.copy(), b2.copy()]
                moved[at_zero][index] += sign * 1e-6
                z = x @ moved[0] + moved[1]
                kept = np.where(x @ w1 + b1 > 0, z, 0)
                ends.append(np.mean((kept @ moved[2] + moved[3] - y) ** 2))
            slope[index] = (ends[0] - ends[1]) / 2e-6
        found.append(slope)
    return found
