"""Rounds the decay to two digits."""


def update_shadow(shadow, weight, decay, step):
    d = round(min(decay, (1 + step) / (10 + step)), 2)
    return d * shadow + (1 - d) * weight
