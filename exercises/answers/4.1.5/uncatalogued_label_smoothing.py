"""Smooths the answers."""

import keras


def mean_cross_entropy(y_true, logits):
    if logits.shape[1] == 1:
        raise ValueError("one column")
    return keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.1)(y_true, logits)
