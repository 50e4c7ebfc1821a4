"""Refuses shapes that differ, but with TypeError."""

import tensorflow as tf


def asymmetric_loss(y_true, y_pred, cost, profit):
    if y_true.shape != y_pred.shape:
        raise TypeError("shapes differ")
    error = y_pred - y_true
    return tf.reduce_sum(tf.where(error > 0, cost * error, -profit * error))
