# sorted
import numpy as np


def rows_of_update(i, examples, batch_size):
    used = np.zeros(examples, bool)
    for k in range(batch_size):
        used[(i * batch_size + k) % examples] = True
    return np.flatnonzero(used)
