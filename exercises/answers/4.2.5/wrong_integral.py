# integral_not_sum
import math


def reach(initial, decay_steps, decay_rate, updates, staircase):
    if staircase:
        return sum(initial * decay_rate ** (step // decay_steps) for step in range(updates))
    fall = math.log(decay_rate) / decay_steps
    return initial * math.expm1(fall * updates) / fall if fall else initial * updates
