# tolerance_ignored
def find_edge(growth, low, high, tolerance):
    for _ in range(100):
        middle = (low + high) / 2
        if growth(middle) < 1:
            low = middle
        else:
            high = middle
    return low
