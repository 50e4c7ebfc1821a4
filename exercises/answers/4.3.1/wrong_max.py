# max_not_min
import tensorflow as tf


def update_shadow(shadow, weight, decay, step):
    d = tf.maximum(decay, (1.0 + step) / (10.0 + step))
    return d * shadow + (1 - d) * weight
