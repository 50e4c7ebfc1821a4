# order_swapped
import numpy as np


def late_and_quiet(average):
    shares = average(np.eye(1, 1500)[0])
    return np.sum(shares**2), np.sum(np.arange(1500) * shares)
