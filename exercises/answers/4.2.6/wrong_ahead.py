# one_step_ahead
def falling_rate(initial, factor, floor):
    def schedule(step):
        rate = initial
        for _ in range(step + 1):
            rate = max(floor, rate * factor)
        return rate

    return schedule
