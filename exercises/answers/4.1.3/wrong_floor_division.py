# larger_of_two_best
def best_constant(sales, cost, profit):
    return sorted(sales)[int(len(sales) * profit // (cost + profit))]
