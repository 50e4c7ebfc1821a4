"""No branch: the larger of the two lines is always the right one, for positive prices."""

import tensorflow as tf


def asymmetric_loss(y_true, y_pred, cost, profit):
    tf.debugging.assert_shapes([(y_true, ("n", 1)), (y_pred, ("n", 1))])
    error = y_pred - y_true
    return tf.reduce_sum(tf.maximum(cost * error, -profit * error))
