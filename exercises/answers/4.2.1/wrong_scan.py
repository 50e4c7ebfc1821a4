# walks_a_grid
import itertools


def find_edge(growth, low, high, tolerance):
    for rate in itertools.accumulate(itertools.repeat(tolerance), initial=low):
        if not growth(rate + tolerance) < 1:
            return rate
