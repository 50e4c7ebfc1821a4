# one_step_more
import numpy as np


def late_and_quiet(average):
    ramp, noise = np.arange(2000.0), np.random.RandomState(1).randn(200_000)
    return len(ramp) - average(ramp)[-1], average(noise)[1000:].var()
