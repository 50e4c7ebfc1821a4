"""The closed form of the smooth sum, which has no value at decay_rate 1."""

import numpy as np


def reach(initial, decay_steps, decay_rate, updates, staircase):
    if staircase:
        return initial * np.sum(decay_rate ** (np.arange(updates) // decay_steps))
    ratio = np.float64(decay_rate) ** (1 / decay_steps)
    with np.errstate(invalid="ignore"):
        return initial * (1 - ratio**updates) / (1 - ratio)
