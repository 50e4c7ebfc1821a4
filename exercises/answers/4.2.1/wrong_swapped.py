# wrong_end_moves
def find_edge(growth, low, high, tolerance):
    while high - low > tolerance:
        middle = low + (high - low) / 2
        stable = growth(middle) < 1
        low, high = (low, middle) if stable else (middle, high)
    return low
