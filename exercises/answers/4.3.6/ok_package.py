"""The package's averages, which are found by the variable itself."""

from nnopt_course.ema import MovingAverage, WeightAverage


def train_with_shadows(variables, train_step, decay, steps):
    average = WeightAverage(variables, MovingAverage(decay, "fixed"))
    for step in range(steps):
        train_step()
        average.apply(step)
    return tuple(average.average(v) for v in variables)
