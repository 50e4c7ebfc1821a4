"""The tape sees the data loss only; the gradient of the penalty is added by hand."""

import tensorflow as tf


def penalized_step(data_loss, weights, strength, learning_rate):
    with tf.GradientTape() as tape:
        data = data_loss(weights)
    penalty = sum(strength * tf.reduce_sum(w * w) for w in weights)
    slopes = tape.gradient(data, weights)
    new = [w - learning_rate * (g + 2 * strength * w) for w, g in zip(weights, slopes, strict=True)]
    for w, value in zip(weights, new, strict=True):
        w.assign(value)
    return float(data + penalty)
