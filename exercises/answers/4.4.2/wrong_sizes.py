# decided_by_size
import numpy as np
import tensorflow as tf


def weights_penalty(parameters, strength):
    return strength * sum(tf.reduce_sum(each**2) for each in parameters if np.prod(each.shape) > 4)
