"""Flattens each weight, joins them, and takes a dot product."""

import tensorflow as tf


def weights_penalty(parameters, strength):
    flat = [tf.reshape(each, [-1]) for each in parameters if each.shape.rank >= 2]
    every = tf.concat(flat, axis=0)
    return strength * tf.tensordot(every, every, axes=1)
