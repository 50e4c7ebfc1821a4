"""The optimizer of TensorFlow 1, which still takes variables."""

import tensorflow as tf


def penalized_step(data_loss, weights, strength, learning_rate):
    with tf.GradientTape() as tape:
        loss = data_loss(weights) + 2 * strength * tf.add_n([tf.nn.l2_loss(w) for w in weights])
    slopes = tape.gradient(loss, weights)
    tf.compat.v1.train.GradientDescentOptimizer(learning_rate).apply_gradients(zip(slopes, weights, strict=True))
    return loss
