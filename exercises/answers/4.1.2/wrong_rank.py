# rank_check_only
import tensorflow as tf


def asymmetric_loss(y_true, y_pred, cost, profit):
    if len(y_true.shape) != len(y_pred.shape):
        raise ValueError("shapes differ")
    e = y_pred - y_true
    return tf.reduce_sum(tf.where(e > 0, cost * e, -profit * e))
