# decay_steps_ignored
def exponential_decay(initial_learning_rate, step, decay_steps, decay_rate, staircase):
    return initial_learning_rate * decay_rate**step
