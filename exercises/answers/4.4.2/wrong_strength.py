# strength_squared
import tensorflow as tf


def weights_penalty(parameters, strength):
    return sum(tf.reduce_sum(tf.square(strength * each)) for each in parameters if len(each.shape) > 1)
