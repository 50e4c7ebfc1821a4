# integer_division
def update_shadow(shadow, weight, decay, step):
    d = min(decay, (1 + step) // (10 + step))
    return d * shadow + (1 - d) * weight
