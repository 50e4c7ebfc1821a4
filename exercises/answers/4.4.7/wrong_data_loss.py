# returns_the_data_loss
import tensorflow as tf


def penalized_step(data_loss, weights, strength, learning_rate):
    with tf.GradientTape() as tape:
        data = data_loss(weights)
        loss = data + strength * sum(tf.reduce_sum(w**2) for w in weights)
    for w, slope in zip(weights, tape.gradient(loss, weights), strict=True):
        w.assign_sub(learning_rate * slope)
    return data
