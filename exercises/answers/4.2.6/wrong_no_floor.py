# floor_forgotten
def falling_rate(initial, factor, floor):
    return lambda step: initial * pow(factor, step)
