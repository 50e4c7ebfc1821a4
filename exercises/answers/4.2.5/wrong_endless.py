# endless_sum
import numpy as np


def reach(initial, decay_steps, decay_rate, updates, staircase):
    rate, times = (decay_rate, decay_steps) if staircase else (decay_rate ** (1 / decay_steps), 1)
    with np.errstate(divide="ignore"):
        return times * np.divide(initial, 1 - rate)
