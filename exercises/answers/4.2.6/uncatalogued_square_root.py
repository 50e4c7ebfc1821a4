"""Another schedule: one over the root of the step."""


def falling_rate(initial, factor, floor):
    return lambda step: max(floor, initial / (1 + step) ** 0.5)
