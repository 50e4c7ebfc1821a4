# always_smooth
def reach(initial, decay_steps, decay_rate, updates, staircase):
    rate, total = initial, 0.0
    for _ in range(updates):
        total += rate
        rate *= decay_rate ** (1 / decay_steps)
    return total
