# values_divided
def corrected_average(path, decay):
    shadow, found = 0.0, []
    for n, value in enumerate(path, start=1):
        shadow = decay * shadow + (1 - decay) * value / (1 - decay**n)
        found.append(shadow)
    return found
