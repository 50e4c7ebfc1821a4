# steps_counted_from_one
def exponential_decay(initial_learning_rate, step, decay_steps, decay_rate, staircase):
    periods = (step - 1) / decay_steps
    if staircase:
        periods = periods // 1
    return initial_learning_rate * decay_rate**periods
