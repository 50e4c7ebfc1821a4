"""Adds the rest of the softmax without a logarithm: right for tiny losses only."""

import tensorflow as tf


def stable_cross_entropy(labels, logits):
    right = tf.gather(logits, labels, batch_dims=1)
    return tf.reduce_mean(tf.reduce_sum(tf.exp(logits - right[:, None]), axis=1) - 1)
