# flattened_not_refused
import tensorflow as tf


def mean_squared_error(y_true, y_pred):
    flat = [tf.reshape(tensor, [-1]) for tensor in (y_true, y_pred)]
    return tf.reduce_mean((flat[1] - flat[0]) ** 2)
