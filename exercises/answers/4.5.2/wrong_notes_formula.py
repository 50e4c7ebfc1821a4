# strength_twice
import tensorflow as tf


def total_loss(data_loss, parameters, strength):
    penalty = tf.add_n([strength * tf.nn.l2_loss(weight) for weight in parameters[::2]])
    return data_loss + strength * penalty
