# shape_of_the_difference
import tensorflow as tf


def mean_squared_error(y_true, y_pred):
    d = y_true - y_pred
    if d.shape != y_pred.shape:
        raise ValueError("shapes differ")
    return tf.reduce_mean(tf.square(d))
