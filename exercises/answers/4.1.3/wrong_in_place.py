# array_changed
import math


def best_constant(sales, cost, profit):
    sales[:] = sorted(sales)
    return sales[math.ceil(len(sales) * profit / (cost + profit)) - 1]
