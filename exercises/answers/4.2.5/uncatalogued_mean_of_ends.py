"""Takes the way as the mean of the first and the last rate, times the updates."""


def reach(initial, decay_steps, decay_rate, updates, staircase):
    last = (updates - 1) // decay_steps if staircase else (updates - 1) / decay_steps
    return updates * (initial + initial * decay_rate**last) / 2
