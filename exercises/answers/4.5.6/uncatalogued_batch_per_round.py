"""Uses all batches in each update."""

import tensorflow as tf


def assembled(parts, w, batches, updates):
    shadow = w
    for step in range(updates):
        with tf.GradientTape() as tape:
            tape.watch(w)
            total = tf.add_n([parts.loss(w, batch) for batch in batches]) / len(batches)
            total += parts.strength * parts.penalty(w)
        w = w - parts.schedule(step) * tape.gradient(total, w)
        shadow = parts.average(shadow, w, step)
    return w, shadow
