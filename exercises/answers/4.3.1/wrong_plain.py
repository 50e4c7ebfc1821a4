# no_warmup
def update_shadow(shadow, weight, decay, step):
    return shadow - (1 - decay) * (shadow - weight)
