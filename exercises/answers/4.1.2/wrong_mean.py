# mean_not_sum
import keras


def asymmetric_loss(y_true, y_pred, cost, profit):
    error = y_pred - y_true
    return keras.ops.mean(keras.ops.maximum(cost * error, -profit * error))
