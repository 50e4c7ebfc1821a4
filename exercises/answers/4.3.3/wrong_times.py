# times_not_power
import numpy as np


def corrected_average(path, decay):
    shadow, found = 0.0, []
    for n, value in enumerate(path, start=1):
        shadow = decay * shadow + (1 - decay) * value
        found.append(np.float64(shadow) / (1 - decay * n))
    return found
