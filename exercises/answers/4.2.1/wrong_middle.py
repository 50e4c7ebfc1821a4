# returns_the_middle
import math


def find_edge(growth, low, high, tolerance):
    for _ in range(math.ceil(math.log2((high - low) / tolerance))):
        middle = (low + high) / 2
        if growth(middle) < 1:
            low = middle
        else:
            high = middle
    return (low + high) / 2
