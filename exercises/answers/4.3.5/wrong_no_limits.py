# formula_without_its_limits
import math


def decay_for(target, rate, curvature, variance, shift):
    q, a = (target - shift**2) / variance, 1 - rate * curvature
    b, c = (1 - a) * (1 + q), a * (1 - q)
    if c == 0:
        return (1 - q) / (1 + q)
    return (-b + math.sqrt(b * b + 4 * c * (1 - q))) / (2 * c)
