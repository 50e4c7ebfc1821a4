"""The package's loss, which refuses a single column itself."""

import tensorflow as tf

from nnopt_course import losses


def mean_cross_entropy(y_true, logits):
    return losses.softmax_cross_entropy(tf.argmax(y_true, axis=-1), logits)
