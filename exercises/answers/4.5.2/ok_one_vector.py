"""All weights in one long vector."""

import tensorflow as tf


def total_loss(data_loss, parameters, strength):
    vector = tf.concat([tf.reshape(weight, [-1]) for weight in parameters[0::2]], axis=0)
    return data_loss + 0.5 * strength * tf.tensordot(vector, vector, 1)
