# how_many_times_less
import numpy as np


def late_and_quiet(average):
    ramp, noise = np.arange(2000.0), np.random.RandomState(2).randn(200_000)
    return ramp[-1] - average(ramp)[-1], noise.var() / average(noise)[1000:].var()
