"""A Keras loss from logits, in single precision, with the last class as the right one."""

import keras
import numpy as np


def lowest_loss(classes, low, high):
    logits = [[float(low)] * (classes - 1) + [float(high)]]
    return keras.losses.SparseCategoricalCrossentropy(from_logits=True)(np.array([classes - 1]), np.array(logits))
