"""Falls in a straight line within each period: right at its ends, wrong between."""


def exponential_decay(initial_learning_rate, step, decay_steps, decay_rate, staircase):
    whole = step // decay_steps
    rate = initial_learning_rate * decay_rate**whole
    if staircase:
        return rate
    return rate * (1 - (1 - decay_rate) * (step % decay_steps) / decay_steps)
