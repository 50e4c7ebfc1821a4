# stored_shadow_corrected
def corrected_average(path, decay):
    shadow, found = 0.0, []
    for n, value in enumerate(path):
        shadow = decay * shadow + (1 - decay) * value
        shadow /= 1 - decay ** (n + 1)
        found.append(shadow)
    return found
