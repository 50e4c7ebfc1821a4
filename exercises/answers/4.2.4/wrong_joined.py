# one_update_per_epoch
import numpy as np


def descend(w, gradient, schedule, batches, epochs):
    data = np.concatenate(batches)
    for step in range(epochs):
        w = w - schedule(step) * gradient(w, data)
    return w
