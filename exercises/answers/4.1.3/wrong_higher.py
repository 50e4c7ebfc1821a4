# gaps_rounded_up
import numpy as np


def best_constant(sales, cost, profit):
    return np.quantile(sales, profit / (profit + cost), method="higher")
