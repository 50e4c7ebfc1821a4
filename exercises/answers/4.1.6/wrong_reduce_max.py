# ties_share_the_gradient
import tensorflow as tf


def stable_cross_entropy(labels, logits):
    largest = tf.reduce_max(logits, axis=1)
    others = 1 - tf.one_hot(tf.argmax(logits, axis=1), logits.shape[1], dtype=tf.float64)
    rest = tf.reduce_sum(others * tf.exp(logits - largest[:, None]), axis=1)
    right = tf.gather(logits, labels, batch_dims=1)
    return tf.reduce_mean(tf.math.log1p(rest) + (largest - right))
