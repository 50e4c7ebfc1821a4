# one_step_less
import numpy as np


def late_and_quiet(average):
    ramp, noise = np.arange(2000.0), np.random.RandomState(5).randn(200_000)
    return ramp[-2] - average(ramp)[-1], average(noise).var() / noise.var()
