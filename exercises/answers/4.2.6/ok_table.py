"""Remembers, and is right: a table of its own that grows up to the step that is asked."""


def falling_rate(initial, factor, floor):
    table = [initial]

    def schedule(step):
        while len(table) <= step:
            table.append(max(floor, table[-1] * factor))
        return table[step]

    return schedule
