# assertion_not_value_error
import tensorflow as tf


def mean_squared_error(y_true, y_pred):
    assert tuple(y_true.shape) == tuple(y_pred.shape), "shapes differ"
    return tf.math.reduce_variance(y_true - y_pred) + tf.reduce_mean(y_true - y_pred) ** 2
