"""A cumulative sum in TensorFlow; the decay is folded into the values."""

import numpy as np
import tensorflow as tf


def corrected_average(path, decay):
    if decay == 0:
        return tf.constant(path)
    n = np.arange(1, len(path) + 1)
    grown = tf.cumsum(tf.constant(path) * (1 - decay) * decay ** -n.astype(float))
    return grown * decay**n / (1 - decay**n)
