# strength_forgotten
import tensorflow as tf


def assembled(parts, w, batches, updates):
    shadow = w
    for step in range(updates):
        with tf.GradientTape() as tape:
            tape.watch(w)
            total = parts.loss(w, batches[step % len(batches)]) + parts.penalty(w)
        w = w - parts.schedule(step) * tape.gradient(total, w)
        shadow = parts.average(shadow, w, step)
    return w, shadow
