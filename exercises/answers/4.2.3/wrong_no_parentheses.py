# power_before_division
def exponential_decay(initial_learning_rate, step, decay_steps, decay_rate, staircase):
    if staircase:
        return initial_learning_rate * decay_rate**step // decay_steps
    return initial_learning_rate * decay_rate**step / decay_steps
