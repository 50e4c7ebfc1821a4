# last_weight_only
import tensorflow as tf


def total_loss(data_loss, parameters, strength):
    for weight in parameters[::2]:
        penalty = strength * tf.reduce_sum(weight**2) / 2
    return data_loss + penalty
