# hard_threshold
import numpy as np


def proximal_step(w, gradient, learning_rate, strength):
    u = np.array(w - learning_rate * gradient)
    u[np.abs(u) <= learning_rate * strength] = 0
    return u
