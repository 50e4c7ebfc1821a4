"""Repeats each stair's rate; sums with TensorFlow in float64."""

import numpy as np
import tensorflow as tf


def reach(initial, decay_steps, decay_rate, updates, staircase):
    times, rate = (decay_steps, decay_rate) if staircase else (1, decay_rate ** (1 / decay_steps))
    stairs = np.repeat([initial * rate**k for k in range(updates)], times)
    return tf.reduce_sum(stairs[:updates])
