# twice_as_strong
import keras


def total_loss(data_loss, parameters, strength):
    l2 = keras.regularizers.L2(strength)
    return data_loss + sum(l2(weight) for weight in parameters[::2])
