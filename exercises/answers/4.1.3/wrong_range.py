# share_of_the_range
def best_constant(sales, cost, profit):
    return (cost * min(sales) + profit * max(sales)) / (cost + profit)
