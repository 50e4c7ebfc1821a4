# not_corrected
import numpy as np


def corrected_average(path, decay):
    shadow, found = 0.0, np.zeros_like(path)
    for step, value in enumerate(path):
        shadow += (1 - decay) * (value - shadow)
        found[step] = shadow
    return found
