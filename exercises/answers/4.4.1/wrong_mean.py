# mean_not_sum
import tensorflow as tf


def l2_regularizer(scale):
    return lambda weight: scale * tf.reduce_mean(weight * weight) / 2
