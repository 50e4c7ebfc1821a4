# not_assigned
import tensorflow as tf


def penalized_step(data_loss, weights, strength, learning_rate):
    with tf.GradientTape() as tape:
        loss = data_loss(weights) + strength * sum(tf.reduce_sum(w**2) for w in weights)
    for i, slope in enumerate(tape.gradient(loss, weights)):
        weights[i] = weights[i] - learning_rate * slope
    return loss
