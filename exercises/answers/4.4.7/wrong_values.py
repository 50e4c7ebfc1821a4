# penalty_without_gradient
import tensorflow as tf


def penalized_step(data_loss, weights, strength, learning_rate):
    with tf.GradientTape() as tape:
        loss = data_loss(weights)
        for w in weights:
            loss += strength * tf.reduce_sum(tf.square(w.numpy()))
    for w, slope in zip(weights, tape.gradient(loss, weights), strict=True):
        w.assign_sub(learning_rate * slope)
    return loss
