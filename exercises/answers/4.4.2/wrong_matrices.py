# exactly_two_axes
import tensorflow as tf


def weights_penalty(parameters, strength):
    return strength * tf.add_n([tf.reduce_sum(each**2) for each in parameters if tf.rank(each) == 2])
