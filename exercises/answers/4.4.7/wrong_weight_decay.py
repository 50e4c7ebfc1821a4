# pulled_half_as_hard
import keras
import tensorflow as tf


def penalized_step(data_loss, weights, strength, learning_rate):
    with tf.GradientTape() as tape:
        data = data_loss(weights)
    loss = data + strength * sum(tf.reduce_sum(w**2) for w in weights)
    keras.optimizers.SGD(learning_rate, weight_decay=strength).apply(tape.gradient(data, weights), weights)
    return loss
