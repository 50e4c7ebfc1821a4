# one_sum_for_the_batch
import tensorflow as tf


def stable_cross_entropy(labels, logits):
    z = logits - tf.reduce_max(logits, axis=1, keepdims=True)
    right = tf.gather(z, labels, axis=1, batch_dims=1)
    return tf.reduce_mean(tf.math.log(tf.reduce_sum(tf.exp(z))) - right)
