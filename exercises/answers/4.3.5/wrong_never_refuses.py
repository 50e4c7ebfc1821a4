# unreachable_not_refused
def left(d, a):
    return (1 - d) / (1 + d) * (1 + a * d) / (1 - a * d)


def decay_for(target, rate, curvature, variance, shift):
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        if shift**2 + variance * left(middle, 1 - rate * curvature) > target:
            low = middle
        else:
            high = middle
    return (low + high) / 2
