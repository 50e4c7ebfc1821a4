"""A table in a default argument: all schedules share it, so the second one gets the rates of the first."""


def falling_rate(initial, factor, floor, table={}):  # noqa: B006
    def schedule(step):
        if step not in table:
            table[step] = max(floor, initial * factor**step)
        return table[step]

    return schedule
