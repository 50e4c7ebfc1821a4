# penalty_not_differentiated
import tensorflow as tf


def assembled(parts, w, batches, updates):
    shadow = w
    for step in range(updates):
        with tf.GradientTape() as tape:
            tape.watch(w)
            total = parts.loss(w, batches[step % len(batches)])
            slope = tape.gradient(total, w)
            total += parts.strength * parts.penalty(w)
        w = w - parts.schedule(step) * slope
        shadow = parts.average(shadow, w, step)
    return w, shadow
