"""Trains on the slope itself, with Keras, and measures how far the weight has gone."""

import keras
import tensorflow as tf


def reach(initial, decay_steps, decay_rate, updates, staircase):
    schedule = keras.optimizers.schedules.ExponentialDecay(initial, decay_steps, decay_rate, staircase)
    optimizer = keras.optimizers.SGD(schedule)
    w = tf.Variable(0.0, dtype=tf.float64)
    for _ in range(updates):
        optimizer.apply([tf.constant(1.0, tf.float64)], [w])
    return -w
