# norm_not_square
import keras


def l2_regularizer(scale):
    return lambda weight: scale * keras.ops.norm(weight) / 2
