"""Checks the shapes, but not while a graph is traced."""

import tensorflow as tf


def mean_squared_error(y_true, y_pred):
    if tf.executing_eagerly() and y_true.shape != y_pred.shape:
        raise ValueError("shapes differ")
    return tf.reduce_mean((y_true - y_pred) ** 2)
