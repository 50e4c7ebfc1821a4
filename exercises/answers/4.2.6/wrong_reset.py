# starts_over_at_step_zero
def falling_rate(initial, factor, floor):
    rate = initial

    def schedule(step):
        nonlocal rate
        if step == 0:
            rate = initial
        now = rate
        rate = max(floor, rate * factor)
        return now

    return schedule
