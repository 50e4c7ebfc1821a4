"""Tries all whole numbers of pots, not only those that were sold, with the loss of the package."""

import numpy as np

from nnopt_course import losses


def best_constant(sales, cost, profit):
    candidates = np.arange(sales.min(), sales.max() + 1)
    lost = [losses.asymmetric_loss(sales, np.full_like(sales, c), cost=cost, profit=profit) for c in candidates]
    return candidates[np.argmin(lost)]
