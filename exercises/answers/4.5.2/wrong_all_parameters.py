# biases_penalized
import tensorflow as tf


def total_loss(data_loss, parameters, strength):
    return data_loss + strength * tf.add_n([tf.nn.l2_loss(values) for values in parameters])
