# if_for_many_days
import tensorflow as tf


def asymmetric_loss(y_true, y_pred, cost, profit):
    if y_true.shape != y_pred.shape:
        raise ValueError("shapes differ")
    if y_pred > y_true:
        return tf.reduce_sum(cost * (y_pred - y_true))
    else:
        return tf.reduce_sum(profit * (y_true - y_pred))
