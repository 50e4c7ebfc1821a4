# roles_swapped_in_the_average
def corrected_average(path, decay):
    shadow, found = 0.0, []
    for n, value in enumerate(path, start=1):
        shadow = (1 - decay) * shadow + decay * value
        found.append(shadow / (1 - decay**n))
    return found
