# biases_included
import tensorflow as tf


def weights_penalty(parameters, strength):
    return 2 * strength * tf.add_n([tf.nn.l2_loss(each) for each in parameters])
