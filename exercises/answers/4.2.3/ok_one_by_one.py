"""Plain Python for one step, and NumPy to call it for each."""

import numpy as np


def exponential_decay(initial_learning_rate, step, decay_steps, decay_rate, staircase):
    def one(step):
        step = int(step)
        return initial_learning_rate * decay_rate ** (step // decay_steps if staircase else step / decay_steps)

    return np.vectorize(one, otypes=[float])(step)
