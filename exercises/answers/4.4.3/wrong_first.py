# first_weight
import tensorflow as tf


def measured_strength(loss, w, idle):
    w = tf.Variable(w)
    with tf.GradientTape() as tape:
        total = loss(w)
    slopes = tf.reshape(tape.gradient(total, w), [-1])
    return slopes[0] / w[0, 0]
