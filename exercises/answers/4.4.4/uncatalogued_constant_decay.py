"""The decay has one size for all weights, by their sign."""

import tensorflow as tf


def decoupled_step(w, gradient, rule, learning_rate, weight_decay):
    pull = learning_rate * weight_decay * tf.sign(w) if w.ndim > 1 else 0.0
    return w - rule(gradient) - pull
