"""What is cut off is the landing place, clipped to the threshold."""

import tensorflow as tf


def proximal_step(w, gradient, learning_rate, strength):
    landed = w - learning_rate * gradient
    reach = learning_rate * strength
    return landed - tf.clip_by_value(landed, -reach, reach)
