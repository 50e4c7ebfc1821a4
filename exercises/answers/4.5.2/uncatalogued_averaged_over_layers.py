"""The mean over the layers."""

import tensorflow as tf


def total_loss(data_loss, parameters, strength):
    penalties = [tf.nn.l2_loss(weight) for weight in parameters[::2]]
    return data_loss + strength * tf.add_n(penalties) / len(penalties)
