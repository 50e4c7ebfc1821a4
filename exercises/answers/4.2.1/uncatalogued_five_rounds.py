"""Halves five times, whatever the tolerance."""


def find_edge(growth, low, high, tolerance):
    for _ in range(5):
        middle = (low + high) / 2
        if growth(middle) < 1:
            low = middle
        else:
            high = middle
    return low
