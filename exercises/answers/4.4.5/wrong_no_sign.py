# sign_lost
import numpy as np


def proximal_step(w, gradient, learning_rate, strength):
    return np.maximum(np.abs(w - learning_rate * gradient) - learning_rate * strength, 0)
