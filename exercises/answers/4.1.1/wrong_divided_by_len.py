# divided_by_len
import tensorflow as tf


def mean_squared_error(y_true, y_pred):
    if y_true.shape != y_pred.shape:
        raise ValueError("shapes differ")
    return tf.reduce_sum(tf.square(y_true - y_pred)) / len(y_true)
