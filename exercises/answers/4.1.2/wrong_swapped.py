# cost_and_profit_swapped
import tensorflow as tf


def asymmetric_loss(y_true, y_pred, cost, profit):
    error = y_true - y_pred
    return tf.reduce_sum(tf.maximum(cost * error, -profit * error))
