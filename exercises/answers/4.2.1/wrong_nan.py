# nan_counts_as_stable
def find_edge(growth, low, high, tolerance):
    while high - low > tolerance:
        middle = (low + high) / 2
        if growth(middle) >= 1:
            high = middle
        else:
            low = middle
    return low
