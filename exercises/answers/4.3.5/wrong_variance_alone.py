# variance_alone_compared
def left(d, a):
    return (1 - d) / (1 + d) * (1 + a * d) / (1 - a * d)


def decay_for(target, rate, curvature, variance, shift):
    q = (target - shift**2) / variance
    if variance <= target:
        return 0.0
    if q <= 0:
        raise ValueError("no decay reaches it")
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        if left(middle, 1 - rate * curvature) > q:
            low = middle
        else:
            high = middle
    return middle
