# noise_taken_as_white
def decay_for(target, rate, curvature, variance, shift):
    left = (target - shift**2) / variance
    if left <= 0:
        raise ValueError("out of reach")
    return max(0.0, (1 - left) / (1 + left))
