"""A module-level function with its settings filled in, and a loop; float() in between."""

import functools


def _rate(initial, factor, floor, step):
    rate = initial
    for _ in range(int(step)):
        rate = max(rate * factor, floor)
    return float(rate)


falling_rate = functools.partial(functools.partial, _rate)
