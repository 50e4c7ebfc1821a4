# shadow_forgotten
def update_shadow(shadow, weight, decay, step):
    shadow = 0
    d = min(decay, (1 + step) / (10 + step))
    return d * shadow + (1 - d) * weight
