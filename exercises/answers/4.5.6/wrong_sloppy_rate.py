# rate_asked_once
import tensorflow as tf


def assembled(parts, w, batches, updates):
    rate, shadow = parts.schedule(0), w
    for step in range(updates):
        with tf.GradientTape() as tape:
            tape.watch(w)
            total = parts.loss(w, batches[step % len(batches)]) + parts.strength * parts.penalty(w)
        w = w - rate * tape.gradient(total, w)
        shadow = parts.average(shadow, w, step)
    return w, shadow
