# larger_of_two_best
import math


def best_constant(sales, cost, profit):
    best, least = None, math.inf
    for pots in sorted(sales):
        lost = sum(cost * (pots - sold) if pots > sold else profit * (sold - pots) for sold in sales)
        if lost <= least:
            best, least = pots, lost
    return best
