"""L1 in place of L2."""

import tensorflow as tf


def penalized_step(data_loss, weights, strength, learning_rate):
    with tf.GradientTape() as tape:
        loss = data_loss(weights) + strength * sum(tf.reduce_sum(abs(w)) for w in weights)
    for w, slope in zip(weights, tape.gradient(loss, weights), strict=True):
        w.assign_sub(learning_rate * slope)
    return loss
