"""TensorFlow 1's own formula: the half is inside tf.nn.l2_loss."""

import tensorflow as tf


def l2_regularizer(scale):
    def penalty(weight):
        return scale * tf.nn.l2_loss(weight)

    return penalty
