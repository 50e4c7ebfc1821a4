# both_clocks_ahead
import tensorflow as tf


def assembled(parts, w, batches, updates):
    shadow, step = w, 0
    for i in range(updates):
        with tf.GradientTape() as tape:
            tape.watch(w)
            total = parts.loss(w, batches[i % len(batches)]) + parts.strength * parts.penalty(w)
        step += 1
        w = w - parts.schedule(step) * tape.gradient(total, w)
        shadow = parts.average(shadow, w, step)
    return w, shadow
