# doubled_not_halved
import keras


def l2_regularizer(scale):
    return keras.regularizers.L1L2(l1=0.0, l2=scale + scale)
