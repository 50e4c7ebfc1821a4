# lengths_compared_by_broadcasting
import tensorflow as tf


def mean_squared_error(y_true, y_pred):
    if tf.reduce_any(tf.shape(y_true) != tf.shape(y_pred)):
        raise ValueError("shapes differ")
    return tf.reduce_mean(tf.square(y_true - y_pred))
