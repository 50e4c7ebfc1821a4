"""Scales to 0 and 1 by minimum and maximum."""

import numpy as np


def prepared(x, test_examples):
    train, test = x[:-test_examples], x[-test_examples:]
    low, width = train.min(axis=0), np.ptp(train, axis=0)
    width = np.where(width == 0, 1.0, width)
    return (train - low) / width, (test - low) / width
