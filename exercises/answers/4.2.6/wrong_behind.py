# one_step_behind
def falling_rate(initial, factor, floor):
    return lambda step: max(floor, initial * factor ** (step - 1))
