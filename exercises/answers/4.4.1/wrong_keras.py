# half_forgotten
import keras


def l2_regularizer(scale):
    return keras.regularizers.get({"class_name": "L2", "config": {"l2": scale}})
