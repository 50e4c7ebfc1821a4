"""The positive part minus the negative part."""

import keras


def proximal_step(w, gradient, learning_rate, strength):
    u = w - learning_rate * gradient
    return keras.ops.relu(u - learning_rate * strength) - keras.ops.relu(-u - learning_rate * strength)
