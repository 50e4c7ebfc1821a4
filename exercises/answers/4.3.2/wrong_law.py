# noise_from_the_lag
import numpy as np


def late_and_quiet(average):
    ramp = np.arange(2000.0)
    lag = ramp[-1] - average(ramp)[-1]
    return lag, 1 / (1 + 2 * lag)
