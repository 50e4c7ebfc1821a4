"""Takes the nearest of five usual decays."""


def left(d, a):
    return (1 - d) / (1 + d) * (1 + a * d) / (1 - a * d)


def decay_for(target, rate, curvature, variance, shift):
    if target <= shift**2:
        raise ValueError("out of reach")
    a = 1 - rate * curvature
    return min((0.0, 0.8, 0.95, 0.995, 0.999), key=lambda d: abs(shift**2 + variance * left(d, a) - target))
