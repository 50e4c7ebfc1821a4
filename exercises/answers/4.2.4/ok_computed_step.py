"""No counter: the step follows from the epoch and the place of the batch. NumPy numbers all the way."""

import numpy as np


def descend(w, gradient, schedule, batches, epochs):
    w = np.array(w)
    for epoch, i in np.ndindex(epochs, len(batches)):
        w = w - schedule(np.int64(epoch * len(batches) + i)) * gradient(w, batches[i])
    return w
