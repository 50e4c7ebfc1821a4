# sum_not_mean
import tensorflow as tf


def mean_squared_error(y_true, y_pred):
    if y_true.shape != y_pred.shape:
        raise ValueError("shapes differ")
    return 2 * tf.nn.l2_loss(y_pred - y_true)
