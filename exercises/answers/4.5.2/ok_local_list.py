"""A list, as in the notes, made anew in each call."""

import tensorflow as tf


def total_loss(data_loss, parameters, strength):
    losses = [data_loss]
    for i, values in enumerate(parameters):
        if i % 2 == 0:
            losses.append(strength * tf.reduce_sum(values * values) / 2)
    return tf.add_n(losses)
