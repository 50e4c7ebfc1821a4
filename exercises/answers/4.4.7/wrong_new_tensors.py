# not_assigned
import tensorflow as tf


def penalized_step(data_loss, weights, strength, learning_rate):
    with tf.GradientTape() as tape:
        loss = data_loss(weights) + strength * sum(tf.reduce_sum(w**2) for w in weights)
    slopes = tape.gradient(loss, weights)
    weights = [w - learning_rate * slope for w, slope in zip(weights, slopes, strict=True)]
    return loss
