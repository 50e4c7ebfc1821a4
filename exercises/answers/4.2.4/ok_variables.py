"""TensorFlow variables for the weight and the clock, and a gradient asked twice, for a log."""

import tensorflow as tf


def descend(w, gradient, schedule, batches, epochs):
    weight, clock = tf.Variable(w, dtype=tf.float64), tf.Variable(0, dtype=tf.int64)
    for _ in range(epochs):
        for batch in batches:
            norm = abs(gradient(weight.numpy(), batch))
            assert norm >= 0
            weight.assign_sub(schedule(clock.numpy()) * gradient(weight.numpy(), batch))
            clock.assign_add(1)
    return weight
