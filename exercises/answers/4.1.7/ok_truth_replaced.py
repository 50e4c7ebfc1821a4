"""Replaces unknown sales by the forecast, so that a closed day has no error; sums with a dot product."""

import keras


def open_days_error(y_true, y_pred, is_open):
    known = keras.ops.where(is_open, y_true, y_pred)
    error = keras.ops.reshape(y_pred - known, (-1,))
    return keras.ops.dot(error, error) / keras.ops.sum(keras.ops.cast(is_open, "float32"))
