"""Leaves a billionth where zero should be."""

import tensorflow as tf


def proximal_step(w, gradient, learning_rate, strength):
    u = w - learning_rate * gradient
    return tf.sign(u) * tf.maximum(abs(u) - learning_rate * strength, 1e-9)
