# one_rate_too_many
def reach(initial, decay_steps, decay_rate, updates, staircase):
    total, step = 0.0, 0
    while step <= updates:
        total += initial * decay_rate ** (step // decay_steps if staircase else step / decay_steps)
        step += 1
    return total
