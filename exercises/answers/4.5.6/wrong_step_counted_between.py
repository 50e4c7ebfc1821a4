# average_one_step_ahead
import tensorflow as tf


def assembled(parts, w, batches, updates):
    shadow, step = w, 0
    while step < updates:
        with tf.GradientTape() as tape:
            tape.watch(w)
            total = parts.loss(w, batches[step % len(batches)]) + parts.strength * parts.penalty(w)
        w = w - parts.schedule(step) * tape.gradient(total, w)
        step += 1
        shadow = parts.average(shadow, w, step)
    return w, shadow
