# right_class_counted_twice
import numpy as np


def lowest_loss(classes, low, high):
    return -np.log(np.exp(high) / (np.exp(high) + classes * np.exp(low)))
