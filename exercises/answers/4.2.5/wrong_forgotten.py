# decay_steps_forgotten
def reach(initial, decay_steps, decay_rate, updates, staircase):
    return sum(initial * decay_rate**step for step in range(updates))
