# exponent_starts_at_2
import numpy as np


def corrected_average(path, decay):
    shadow, n, found = 0.0, 1, []
    for value in path:
        shadow = decay * shadow + (1 - decay) * value
        n += 1
        found.append(shadow / (1 - decay**n))
    return np.array(found)
