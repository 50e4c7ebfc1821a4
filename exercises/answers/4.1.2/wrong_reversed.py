# condition_reversed
import tensorflow as tf


def asymmetric_loss(y_true, y_pred, cost, profit):
    if y_true.shape != y_pred.shape:
        raise ValueError("shapes differ")
    e = y_pred - y_true
    return tf.reduce_sum(tf.where(e < 0, cost * e, -profit * e))
