# half_the_length
def find_edge(growth, low, high, tolerance):
    while high - low > tolerance:
        middle = (high - low) / 2
        if growth(middle) < 1:
            low = middle
        else:
            high = middle
    return low
