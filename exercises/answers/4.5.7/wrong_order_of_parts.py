# parts_swapped
import numpy as np


def prepared(x, test_examples):
    train = x[:-test_examples]
    spread = train.std(axis=0)
    scaled = (x - train.mean(axis=0)) / np.where(spread == 0, 1, spread)
    return scaled[-test_examples:], scaled[:-test_examples]
