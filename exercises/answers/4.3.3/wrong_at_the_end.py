# one_divisor_for_all
import numpy as np


def corrected_average(path, decay):
    shadow, found = 0.0, []
    for value in path:
        shadow = decay * shadow + (1 - decay) * value
        found.append(shadow)
    return np.array(found) / (1 - decay ** len(path))
