"""A Huber loss: square near zero, straight beyond 1."""

import tensorflow as tf


def mean_squared_error(y_true, y_pred):
    if y_true.shape != y_pred.shape:
        raise ValueError("shapes differ")
    size = tf.abs(y_true - y_pred)
    return tf.reduce_mean(tf.where(size < 1, size**2, 2 * size - 1))
