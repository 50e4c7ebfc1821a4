# grows_with_each_call
import tensorflow as tf


def total_loss(data_loss, parameters, strength, weights=[]):  # noqa: B006
    weights += parameters[::2]
    penalty = 0.0
    for weight in weights:
        penalty += tf.nn.l2_loss(weight)
    return data_loss + strength * penalty
