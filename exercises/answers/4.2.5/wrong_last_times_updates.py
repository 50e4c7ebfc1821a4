# last_rate_times_updates
def reach(initial, decay_steps, decay_rate, updates, staircase):
    periods = updates / decay_steps
    if staircase:
        periods = periods // 1
    return updates * initial * decay_rate**periods
