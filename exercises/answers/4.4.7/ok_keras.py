"""A regularizer of Keras inside the tape."""

import keras
import tensorflow as tf


def penalized_step(data_loss, weights, strength, learning_rate):
    regularizer = keras.regularizers.L2(strength)
    with tf.GradientTape() as tape:
        loss = data_loss(weights) + sum(map(regularizer, weights))
    for slope, w in zip(tape.gradient(loss, weights), weights, strict=True):
        w.assign(w - learning_rate * slope)
    return loss.numpy()
