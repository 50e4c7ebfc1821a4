# steps_counted_from_1
def update_shadow(shadow, weight, decay, step):
    n = step + 1  # "after this update"
    d = min(decay, (1 + n) / (10 + n))
    return d * shadow + (1 - d) * weight
