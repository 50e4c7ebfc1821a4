# twice_the_tolerance
def find_edge(growth, low, high, tolerance):
    while high - low > 2 * tolerance:
        middle = (low + high) / 2
        if growth(middle) < 1:
            low = middle
        else:
            high = middle
    return low
