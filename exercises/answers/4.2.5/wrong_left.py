# distance_left
import numpy as np


def reach(initial, decay_steps, decay_rate, updates, staircase):
    periods = np.arange(updates) / decay_steps
    if staircase:
        periods = periods // 1
    return 6 - (initial * decay_rate**periods).sum()
