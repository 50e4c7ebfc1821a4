"""Knows two classes only."""

import numpy as np


def lowest_loss(classes, low, high):
    return np.log1p(np.exp(low - high))
