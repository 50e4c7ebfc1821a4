"""The package's own average, a float32 tensor in and out."""

import tensorflow as tf

from nnopt_course.ema import MovingAverage


def update_shadow(shadow, weight, decay, step):
    average = MovingAverage(decay)
    return average(tf.cast(shadow, tf.float64), tf.constant(weight, tf.float64), step)
