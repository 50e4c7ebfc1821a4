# last_weight_only
import tensorflow as tf


def weights_penalty(parameters, strength):
    total = 0.0
    for each in parameters:
        if len(each.shape) >= 2:
            total = strength * tf.reduce_sum(tf.square(each))
    return total
