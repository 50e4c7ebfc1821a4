# length_check_only
import tensorflow as tf


def mean_squared_error(y_true, y_pred):
    if y_true.shape[0] != y_pred.shape[0]:
        raise ValueError(f"{y_true.shape[0]} answers, {y_pred.shape[0]} predictions")
    return tf.reduce_mean((y_pred - y_true) ** 2)
