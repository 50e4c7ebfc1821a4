# halved_twice
import tensorflow as tf


def l2_regularizer(scale):
    return lambda weight: scale / 2 * tf.nn.l2_loss(weight)
