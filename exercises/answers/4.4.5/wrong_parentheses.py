# maximum_after_the_sign
import tensorflow as tf


def proximal_step(w, gradient, learning_rate, strength):
    u = w - learning_rate * gradient
    return tf.maximum(tf.sign(u) * (tf.abs(u) - learning_rate * strength), 0)
