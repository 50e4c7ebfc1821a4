"""The pinball form: half the sum of the prices times |e|, plus half their difference times e."""

import keras


def asymmetric_loss(y_true, y_pred, cost, profit):
    y_pred.shape.with_rank(y_true.shape.rank).assert_is_compatible_with(y_true.shape)
    error = y_pred - y_true
    return 0.5 * keras.ops.sum((cost + profit) * abs(error) + (cost - profit) * error)
