# first_of_two_best
import numpy as np


def best_constant(sales, cost, profit):
    lost = []
    for pots in sales:
        error = pots - sales
        lost.append(np.where(error > 0, cost * error, -profit * error).sum())
    return sales[np.argmin(lost)]
