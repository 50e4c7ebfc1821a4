# penalty_without_gradient
import tensorflow as tf


def penalized_step(data_loss, weights, strength, learning_rate):
    penalty = strength * tf.add_n([tf.reduce_sum(tf.square(w)) for w in weights])
    with tf.GradientTape() as tape:
        loss = data_loss(weights) + penalty
    for w, slope in zip(weights, tape.gradient(loss, weights), strict=True):
        w.assign_sub(learning_rate * slope)
    return loss
