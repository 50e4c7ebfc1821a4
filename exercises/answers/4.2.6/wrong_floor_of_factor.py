# floor_of_the_factor
def falling_rate(initial, factor, floor):
    return lambda step: initial * max(floor, factor**step)
