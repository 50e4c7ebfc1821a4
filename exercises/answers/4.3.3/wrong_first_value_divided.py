# started_at_the_first_value_and_divided
def corrected_average(path, decay):
    shadow, found = path[0], []
    for n, value in enumerate(path, start=1):
        shadow = decay * shadow + (1 - decay) * value
        found.append(shadow / (1 - decay**n))
    return found
