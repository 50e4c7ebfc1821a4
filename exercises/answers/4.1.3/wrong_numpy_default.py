# default_quantile
import numpy as np


def best_constant(sales, cost, profit):
    return np.percentile(sales, 100 * profit / (cost + profit))
