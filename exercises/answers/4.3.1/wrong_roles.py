# roles_swapped
import numpy as np


def update_shadow(shadow, weight, decay, step):
    d = np.minimum(decay, (step + 1) / (step + 10))
    return shadow + d * (weight - shadow)
