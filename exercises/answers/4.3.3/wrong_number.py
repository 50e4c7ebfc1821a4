# only_the_last_returned
def corrected_average(path, decay):
    shadow = 0.0
    for value in path:
        shadow = decay * shadow + (1 - decay) * value
    return shadow / (1 - decay ** len(path))
