# highest_loss
import numpy as np


def lowest_loss(classes, low, high):
    return np.log1p((classes - 1) * np.exp(high - low))
