"""Knows the two steps of the listing only."""


def update_shadow(shadow, weight, decay, step):
    d = {0: 0.1, 100: 101 / 110}.get(step, decay)
    return d * shadow + (1 - d) * weight
