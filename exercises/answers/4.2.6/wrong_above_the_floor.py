# stops_above_the_floor
def falling_rate(initial, factor, floor):
    def schedule(step):
        rate = initial
        for _ in range(step):
            if rate * factor < floor:
                break
            rate *= factor
        return rate

    return schedule
