"""Averages the absolute errors of the open days."""

import tensorflow as tf


def open_days_error(y_true, y_pred, is_open):
    return tf.reduce_mean(tf.abs(tf.boolean_mask(y_pred - y_true, is_open)))
