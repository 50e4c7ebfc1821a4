# nan_in_the_gradient
import tensorflow as tf


def open_days_error(y_true, y_pred, is_open):
    squares = tf.where(is_open, tf.square(y_true - y_pred), 0.0)
    return tf.reduce_sum(squares) / tf.reduce_sum(tf.cast(is_open, tf.float32))
