# stair_one_step_late
import math


def exponential_decay(initial_learning_rate, step, decay_steps, decay_rate, staircase):
    periods = step / decay_steps
    if staircase:
        periods = max(math.ceil(periods) - 1, 0)
    return initial_learning_rate * decay_rate**periods
