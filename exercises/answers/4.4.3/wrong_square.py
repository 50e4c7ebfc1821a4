# form_of_keras
import numpy as np


def measured_strength(loss, w, idle):
    zeroed = np.array(w)
    zeroed[idle] = 0
    return float(loss(w) - loss(zeroed)) / float(w[idle, 0]) ** 2
