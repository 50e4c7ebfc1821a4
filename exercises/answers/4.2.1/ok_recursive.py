"""Halves by calling itself; a half that is short enough is the answer."""


def find_edge(growth, low, high, tolerance):
    if high - low <= tolerance:
        return low
    middle = low + (high - low) / 2
    return find_edge(growth, *((middle, high) if growth(middle) < 1 else (low, middle)), tolerance)
