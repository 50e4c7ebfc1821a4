"""Weights the squared errors: that finds an expectile, not a quantile."""

import numpy as np


def best_constant(sales, cost, profit):
    pots = np.sort(sales)
    error = pots[:, None] - sales
    return pots[np.argmin(np.sum(np.where(error > 0, cost, profit) * error**2, axis=1))]
