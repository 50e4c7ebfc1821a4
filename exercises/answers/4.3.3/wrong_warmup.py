# warmup_instead
from nnopt_course.ema import MovingAverage


def corrected_average(path, decay):
    shadow, found = 0.0 * path[0], []
    for step, value in enumerate(path):
        shadow = MovingAverage(decay)(shadow, value, step)
        found.append(shadow)
    return found
