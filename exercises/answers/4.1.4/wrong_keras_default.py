# from_logits_forgotten
import keras
import numpy as np


def lowest_loss(classes, low, high):
    logits = np.full((1, classes), float(low))
    logits[0, 0] = high
    return keras.losses.SparseCategoricalCrossentropy()(np.array([0]), logits)
