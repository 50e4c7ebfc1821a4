# mean_over_the_weights
import tensorflow as tf


def measured_strength(loss, w, idle):
    with tf.GradientTape() as tape:
        tape.watch(w)
        total = loss(w)
    return tf.reduce_sum(tape.gradient(total, w) / w) / len(w)
