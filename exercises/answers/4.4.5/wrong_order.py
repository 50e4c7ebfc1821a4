# threshold_before_the_step
import tensorflow as tf


def proximal_step(w, gradient, learning_rate, strength):
    shrunk = tf.sign(w) * tf.maximum(tf.abs(w) - learning_rate * strength, 0)
    return shrunk - learning_rate * gradient
