# decided_by_name
import tensorflow as tf


def weights_penalty(parameters, strength):
    return strength * sum(tf.reduce_sum(each * each) for each in parameters if "b" not in each.name)
