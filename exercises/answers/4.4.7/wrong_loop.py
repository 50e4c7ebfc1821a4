# one_after_another
import tensorflow as tf


def penalized_step(data_loss, weights, strength, learning_rate):
    first = None
    for w in weights:
        with tf.GradientTape() as tape:
            loss = data_loss(weights) + strength * sum(tf.reduce_sum(each**2) for each in weights)
        first = loss if first is None else first
        w.assign_sub(learning_rate * tape.gradient(loss, w))
    return first
