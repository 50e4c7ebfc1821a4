"""The square sum as a dot product, and a check by TensorFlow's own shape tool."""

import tensorflow as tf


def mean_squared_error(y_true, y_pred):
    y_true.shape.assert_has_rank(y_pred.shape.rank)
    y_true.shape.assert_is_compatible_with(y_pred.shape)
    error = tf.reshape(y_pred - y_true, [-1])
    return tf.tensordot(error, error, axes=1) / tf.cast(tf.size(error), error.dtype)
