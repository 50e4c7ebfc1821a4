# average_arguments_swapped
import tensorflow as tf


def assembled(parts, w, batches, updates):
    shadow = w
    for step in range(updates):
        with tf.GradientTape() as tape:
            tape.watch(w)
            total = parts.loss(w, batches[step % len(batches)]) + parts.strength * parts.penalty(w)
        w = w - parts.schedule(step) * tape.gradient(total, w)
        shadow = parts.average(w, shadow, step)
    return w, shadow
