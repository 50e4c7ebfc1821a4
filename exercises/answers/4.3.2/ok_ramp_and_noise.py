"""Measured as the definitions say, with random noise."""

import numpy as np


def late_and_quiet(average):
    ramp = np.arange(2000.0)
    noise = np.random.RandomState(7).randn(200_000)
    filtered = average(noise)[1000:]
    return ramp[-1] - average(ramp)[-1], np.var(filtered) / np.var(noise)
