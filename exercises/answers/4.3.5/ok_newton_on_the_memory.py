"""Searches in the logarithm of the memory, with the two recursions of the variance."""

import numpy as np
import tensorflow as tf


def mean_square(decay, a, variance, shift):
    together = (1 - decay) / (1 - decay * a)
    new = (1 - decay) ** 2 + 2 * decay * (1 - decay) * a * together
    return shift**2 + variance * new / (1 - decay**2)


def decay_for(target, rate, curvature, variance, shift):
    if target <= shift**2:
        raise ValueError("only a lower rate helps")
    if target >= shift**2 + variance:
        return tf.constant(0.0)
    low, high = 0.0, 30.0
    while high - low > 1e-12:
        middle = (low + high) / 2
        decay = 1 - np.exp(-middle)
        if mean_square(decay, 1 - rate * curvature, variance, shift) > target:
            low = middle
        else:
            high = middle
    return tf.constant(1 - np.exp(-high))
