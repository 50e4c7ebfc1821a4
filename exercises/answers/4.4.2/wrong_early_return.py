# first_weight_only
import tensorflow as tf


def weights_penalty(parameters, strength):
    for each in parameters:
        if len(each.shape) > 1:
            return strength * tf.reduce_sum(each**2)
