# decay_never_reached
def update_shadow(shadow, weight, decay, step):
    return ((1 + step) * shadow + 9 * weight) / (10 + step)
