# each_part_by_itself
import numpy as np


def scale(x):
    spread = x.std(axis=0)
    return (x - x.mean(axis=0)) / np.where(spread == 0, 1.0, spread)


def prepared(x, test_examples):
    return scale(x[:-test_examples]), scale(x[-test_examples:])
