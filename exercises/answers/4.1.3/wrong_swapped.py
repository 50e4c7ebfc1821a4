# cost_and_profit_swapped
import numpy as np


def best_constant(sales, cost, profit):
    return np.quantile(sales, cost / (cost + profit), method="inverted_cdf")
