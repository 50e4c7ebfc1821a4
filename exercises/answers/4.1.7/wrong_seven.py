# divided_by_seven
import tensorflow as tf


def open_days_error(y_true, y_pred, is_open):
    s = tf.square(tf.where(is_open, y_pred - y_true, 0.0))
    return tf.reduce_sum(s) / 7
