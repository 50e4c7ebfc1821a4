"""Takes the remainder off the step, and the power as an exponential of a logarithm, in NumPy."""

import numpy as np


def exponential_decay(initial_learning_rate, step, decay_steps, decay_rate, staircase):
    step = np.array(step)
    whole = step - step % decay_steps if staircase else step
    return np.exp(np.log(initial_learning_rate) + np.log(decay_rate) * whole / decay_steps)
