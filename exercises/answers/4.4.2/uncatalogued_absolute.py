"""Absolute values of the weights: L1."""

import tensorflow as tf


def weights_penalty(parameters, strength):
    return strength * tf.add_n([tf.reduce_sum(tf.abs(each)) for each in parameters if len(each.shape) > 1])
