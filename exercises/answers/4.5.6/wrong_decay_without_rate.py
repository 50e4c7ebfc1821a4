# penalty_without_the_rate
import tensorflow as tf


def assembled(parts, w, batches, updates):
    shadow = w
    for step in range(updates):
        with tf.GradientTape() as tape:
            tape.watch(w)
            loss = parts.loss(w, batches[step % len(batches)])
        w = w - parts.schedule(step) * tape.gradient(loss, w) - parts.strength * w
        shadow = parts.average(shadow, w, step)
    return w, shadow
