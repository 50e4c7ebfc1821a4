# more_than_two_axes
import tensorflow as tf


def weights_penalty(parameters, strength):
    return strength * sum(tf.reduce_sum(tf.square(each)) for each in parameters if len(each.shape) > 2)
