"""Finds the floor by gradient descent in the box: every step is clipped to the range."""

import numpy as np


def lowest_loss(classes, low, high):
    logits = np.full(classes, (low + high) / 2.0)
    right = np.eye(classes)[0]
    for _ in range(200):
        softmax = np.exp(logits - logits.max())
        softmax /= softmax.sum()
        logits = np.clip(logits - 100 * (softmax - right), low, high)
    return np.logaddexp.reduce(logits) - logits[0]
