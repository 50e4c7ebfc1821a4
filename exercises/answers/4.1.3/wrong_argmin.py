# place_not_sale
import numpy as np


def best_constant(sales, cost, profit):
    error = sales[:, None] - sales[None, :]
    return np.maximum(cost * error, -profit * error).sum(axis=1).argmin()
