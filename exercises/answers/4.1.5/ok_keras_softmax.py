"""Keras's softmax remembers its logits, and the loss takes those."""

import keras

cross_entropy = keras.losses.CategoricalCrossentropy()


def mean_cross_entropy(y_true, logits):
    if logits.shape[-1] == 1:
        raise ValueError("one column")
    return cross_entropy(y_true, keras.activations.softmax(logits))
