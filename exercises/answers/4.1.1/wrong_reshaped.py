# reshaped_not_refused
import tensorflow as tf


def mean_squared_error(y_true, y_pred):
    y_true = tf.reshape(y_true, tf.shape(y_pred))
    return tf.reduce_mean((y_true - y_pred) ** 2)
