"""Divides the lag by the ramp, and gets a lag that depends on how long the ramp is."""

import numpy as np


def late_and_quiet(average):
    ramp, noise = np.arange(2000.0), np.random.RandomState(6).randn(200_000)
    return 1 - average(ramp)[-1] / ramp[-1], average(noise).var() / noise.var()
