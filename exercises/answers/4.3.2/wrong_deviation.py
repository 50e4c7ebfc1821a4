# deviation_not_variance
import numpy as np


def late_and_quiet(average):
    ramp, noise = np.arange(2000.0), np.random.RandomState(0).randn(200_000)
    return ramp[-1] - average(ramp)[-1], average(noise)[1000:].std()
