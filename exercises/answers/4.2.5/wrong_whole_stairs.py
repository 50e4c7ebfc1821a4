# whole_stairs_only
import numpy as np


def reach(initial, decay_steps, decay_rate, updates, staircase):
    if staircase:
        return initial * decay_steps * np.sum(decay_rate ** np.arange(updates // decay_steps))
    return initial * np.sum(decay_rate ** (np.arange(updates) / decay_steps))
