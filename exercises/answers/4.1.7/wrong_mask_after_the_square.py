# nan_in_the_gradient
import tensorflow as tf


def open_days_error(y_true, y_pred, is_open):
    return tf.reduce_mean(tf.square(y_pred - y_true)[is_open])
