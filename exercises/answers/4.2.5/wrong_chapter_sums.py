# endless_sums_of_the_chapter
def reach(initial, decay_steps, decay_rate, updates, staircase):
    if staircase:
        return decay_steps * initial / (1 - decay_rate)
    return initial / (1 - decay_rate)
