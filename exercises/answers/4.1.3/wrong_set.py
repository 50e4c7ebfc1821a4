# repeats_dropped
import math


def best_constant(sales, cost, profit):
    different = sorted(set(sales))
    return different[math.ceil(len(different) * profit / (cost + profit)) - 1]
