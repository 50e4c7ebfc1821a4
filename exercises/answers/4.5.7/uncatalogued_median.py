"""Median and quartiles, which a typing error hardly moves; but a rule of its own."""

import numpy as np


def prepared(x, test_examples):
    train, test = x[:-test_examples], x[-test_examples:]
    low, middle, high = np.percentile(train, [25, 50, 75], axis=0)
    width = np.where(high == low, 1.0, high - low)
    return (train - middle) / width, (test - middle) / width
