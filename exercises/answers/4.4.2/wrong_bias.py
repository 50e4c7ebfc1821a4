# biases_included
import tensorflow as tf


def weights_penalty(parameters, strength):
    return strength * sum(tf.reduce_sum(tf.square(each)) for each in parameters if "bias" not in each.name)
