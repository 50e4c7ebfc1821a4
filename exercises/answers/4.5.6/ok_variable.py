"""A variable for the weight, which the tape watches by itself; NumPy for the shadow."""

import tensorflow as tf


def assembled(parts, w, batches, updates):
    weight, shadow = tf.Variable(w), w.numpy()
    for step in range(updates):
        rate = parts.schedule(step)
        with tf.GradientTape() as tape:
            total = parts.loss(weight, batches[step % len(batches)])
            total += parts.strength * parts.penalty(weight)
        weight.assign_sub(rate * tape.gradient(total, weight))
        shadow = parts.average(shadow, weight.numpy(), step)
    return weight.numpy(), shadow
