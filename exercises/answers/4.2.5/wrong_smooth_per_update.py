# smooth_without_decay_steps
def reach(initial, decay_steps, decay_rate, updates, staircase):
    if decay_rate == 1:
        return initial * updates
    if not staircase:
        return initial * (1 - decay_rate**updates) / (1 - decay_rate)
    return sum(initial * decay_rate ** (t // decay_steps) for t in range(updates))
