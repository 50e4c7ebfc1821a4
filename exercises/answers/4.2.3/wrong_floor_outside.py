# rate_floored
import numpy as np


def exponential_decay(initial_learning_rate, step, decay_steps, decay_rate, staircase):
    rate = initial_learning_rate * decay_rate ** (step / decay_steps)
    if staircase:
        rate = np.floor(rate)
    return rate
