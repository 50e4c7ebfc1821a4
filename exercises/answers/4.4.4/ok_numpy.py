"""NumPy, with the step first and the decay of the old weight kept aside."""

import numpy as np


def decoupled_step(w, gradient, rule, learning_rate, weight_decay):
    old = np.asarray(w)
    lost = learning_rate * weight_decay * old if old.ndim > 1 else np.zeros_like(old)
    return old - np.asarray(rule(gradient)) - lost
