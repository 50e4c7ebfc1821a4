# all_weights_set_to_zero
import numpy as np


def measured_strength(loss, w, idle):
    return 2 * (loss(w) - loss(np.zeros_like(w))) / np.sum(np.square(w))
