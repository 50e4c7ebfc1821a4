# memories_compared
def decay_for(target, rate, curvature, variance, shift):
    q = (target - shift**2) / variance
    if q <= 0:
        raise ValueError("out of reach")
    if q >= 1:
        return 0.0
    memory = (1 - q) / q / (rate * curvature)
    return 1 - 1 / memory
