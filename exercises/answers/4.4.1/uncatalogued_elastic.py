"""Half the squares, and half the absolute values on top."""

import keras


def l2_regularizer(scale):
    return keras.regularizers.L1L2(l1=scale / 2, l2=scale / 2)
