# scale_squared
import tensorflow as tf


def l2_regularizer(scale):
    return lambda weight: tf.nn.l2_loss(scale * weight)
