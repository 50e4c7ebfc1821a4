"""No division at the end: the corrected average has a decay that changes with the step."""

from nnopt_course.ema import MovingAverage


def corrected_average(path, decay):
    rule = MovingAverage(decay, "corrected")
    shadow, found = 0.0 * path[0], []
    for step, value in enumerate(path):
        shadow = rule(shadow, value, step)
        found.append(float(shadow))
    return found
