# no_warmup
def update_shadow(shadow, weight, decay, step):
    kept = min(decay, 1 + step / 10 + step)
    return kept * shadow + (1 - kept) * weight
