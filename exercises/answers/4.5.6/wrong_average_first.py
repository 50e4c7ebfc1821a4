# average_before_the_update
import tensorflow as tf


def assembled(parts, w, batches, updates):
    shadow = tf.identity(w)
    for step in range(updates):
        with tf.GradientTape() as tape:
            tape.watch(w)
            total = parts.loss(w, batches[step % len(batches)]) + parts.strength * parts.penalty(w)
        shadow = parts.average(shadow, w, step)
        w = w - parts.schedule(step) * tape.gradient(total, w)
    return w, shadow
