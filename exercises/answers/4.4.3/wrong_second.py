# second_weight
import tensorflow as tf


def measured_strength(loss, w, idle):
    weights = tf.Variable(w)
    with tf.GradientTape() as tape:
        total = loss(weights)
    return tape.gradient(total, weights)[1, 0] / w[1, 0]
