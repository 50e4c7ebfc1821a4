# whole_loss_divided
import tensorflow as tf


def measured_strength(loss, w, idle):
    return 2 * loss(w) / tf.reduce_sum(w * w)
