"""Reads the lag after 20 steps, before it has settled."""

import numpy as np


def late_and_quiet(average):
    ramp = np.arange(20.0)
    shares = average(np.eye(1, 1500)[0])
    return ramp[-1] - average(ramp)[-1], np.sum(shares**2)
