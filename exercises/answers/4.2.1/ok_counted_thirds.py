"""Thirds instead of halves, a number of rounds known beforehand, NumPy numbers, and NaN asked for by name."""

import numpy as np


def find_edge(growth, low, high, tolerance):
    low, high = np.float64(low), np.float64(high)
    for _ in range(int(np.ceil(np.log((high - low) / tolerance) / np.log(3)))):
        one, two = low + (high - low) / 3, high - (high - low) / 3
        stable = [not (np.isnan(g) or g >= 1) for g in (growth(one), growth(two))]
        low, high = (two, high) if all(stable) else (one, two) if stable[0] else (low, one)
    return low
