# multiplied_not_raised
def exponential_decay(initial_learning_rate, step, decay_steps, decay_rate, staircase):
    periods = step // decay_steps if staircase else step / decay_steps
    return initial_learning_rate * (decay_rate * periods)
