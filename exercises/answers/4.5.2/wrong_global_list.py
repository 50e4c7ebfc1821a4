# grows_with_each_call
import tensorflow as tf

LOSSES = []


def total_loss(data_loss, parameters, strength):
    for weight in parameters[::2]:
        LOSSES.append(strength * tf.nn.l2_loss(weight))
    return data_loss + tf.add_n(LOSSES)
