"""Takes the gradient at the average."""

import tensorflow as tf


def assembled(parts, w, batches, updates):
    shadow = w
    for step in range(updates):
        with tf.GradientTape() as tape:
            tape.watch(shadow)
            total = parts.loss(shadow, batches[step % len(batches)]) + parts.strength * parts.penalty(shadow)
        w = w - parts.schedule(step) * tape.gradient(total, shadow)
        shadow = parts.average(shadow, w, step)
    return w, shadow
