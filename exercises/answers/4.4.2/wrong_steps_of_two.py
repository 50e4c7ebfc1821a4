# every_second_parameter
import tensorflow as tf


def weights_penalty(parameters, strength):
    total = 0.0
    for i in range(0, len(parameters), 2):
        total += strength * tf.reduce_sum(tf.square(parameters[i]))
    return total
