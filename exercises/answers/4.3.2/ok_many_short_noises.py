"""Noise of standard deviation 3, in a thousand pieces; a ramp of slope 0.5 that does not start at 0."""

import numpy as np
import tensorflow as tf


def late_and_quiet(average):
    random = np.random.RandomState(3)
    ends = [average(3 * random.randn(400))[200:] for _ in range(500)]
    ramp = 10 + 0.5 * np.arange(3000)
    lag = 2 * (ramp - average(ramp))[-1]
    return tf.constant([lag, np.mean(np.square(ends)) / 9])
