# path_overwritten
def corrected_average(path, decay):
    shadow = 0.0
    for i in range(len(path)):
        shadow = decay * shadow + (1 - decay) * path[i]
        path[i] = shadow / (1 - decay ** (i + 1))
    return path
