# twice_as_strong
import tensorflow as tf


def total_loss(data_loss, parameters, strength):
    penalties = [strength * tf.nn.l2_loss(weight) for weight in parameters[::2]]
    total = data_loss
    for penalty in penalties:
        total += penalty
    return total + tf.add_n(penalties)
