"""Keras's own schedule."""

import keras


def exponential_decay(initial_learning_rate, step, decay_steps, decay_rate, staircase):
    return keras.optimizers.schedules.ExponentialDecay(
        initial_learning_rate, decay_steps=decay_steps, decay_rate=decay_rate, staircase=staircase
    )(step)
