# slope_not_divided
import tensorflow as tf


def measured_strength(loss, w, idle):
    w = tf.Variable(w)
    with tf.GradientTape() as tape:
        total = loss(w)
    return tape.gradient(total, w)[idle, 0]
