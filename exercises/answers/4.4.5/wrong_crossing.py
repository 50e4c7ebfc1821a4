# crosses_zero
import numpy as np


def proximal_step(w, gradient, learning_rate, strength):
    u = np.array(w - learning_rate * gradient)
    return u - learning_rate * strength * np.sign(u)
