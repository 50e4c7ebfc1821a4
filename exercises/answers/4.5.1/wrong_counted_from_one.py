# one_update_ahead
import numpy as np


def rows_of_update(i, examples, batch_size):
    return np.mod((i + 1) * batch_size + np.arange(batch_size), examples)
