"""Measures with 200 values of noise: the result is a matter of luck."""

import numpy as np


def late_and_quiet(average):
    ramp, noise = np.arange(2000.0), np.random.RandomState(0).randn(200)
    return ramp[-1] - average(ramp)[-1], average(noise).var() / noise.var()
