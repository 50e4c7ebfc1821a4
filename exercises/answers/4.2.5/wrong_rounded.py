# rounded_not_floored
def reach(initial, decay_steps, decay_rate, updates, staircase):
    gone = 0.0
    for step in range(updates):
        gone += initial * decay_rate ** (round(step / decay_steps) if staircase else step / decay_steps)
    return gone
