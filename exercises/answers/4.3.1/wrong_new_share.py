# warmup_taken_for_the_new_share
def update_shadow(shadow, weight, decay, step):
    return shadow + (1 + step) / (10 + step) * (weight - shadow)
