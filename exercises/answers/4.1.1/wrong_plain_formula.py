# no_shape_check
import keras


def mean_squared_error(y_true, y_pred):
    return keras.ops.average((y_true - y_pred) ** 2)
