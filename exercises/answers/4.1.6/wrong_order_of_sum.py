# tiny_loss_lost
import tensorflow as tf


def stable_cross_entropy(labels, logits):
    top = tf.argmax(logits, axis=1)
    largest = tf.gather(logits, top, axis=1, batch_dims=1)
    others = tf.exp(logits - largest[:, None]) * (1 - tf.one_hot(top, logits.shape[1], dtype=tf.float64))
    right = tf.gather(logits, labels, axis=1, batch_dims=1)
    return tf.reduce_mean(tf.math.log1p(tf.reduce_sum(others, axis=1)) + largest - right)
