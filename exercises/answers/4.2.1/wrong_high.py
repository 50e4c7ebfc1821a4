# returns_the_unstable_end
def find_edge(growth, low, high, tolerance):
    while tolerance < high - low:
        middle = 0.5 * (low + high)
        low, high = (middle, high) if growth(middle) < 1 else (low, middle)
    return max(low, high)
