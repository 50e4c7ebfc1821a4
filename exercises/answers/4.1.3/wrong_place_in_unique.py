# place_in_the_unique
import numpy as np


def best_constant(sales, cost, profit):
    lost = []
    for pots in np.unique(sales):
        error = pots - sales
        lost.append(np.where(error > 0, cost * error, -profit * error).sum())
    return np.argmin(lost)
