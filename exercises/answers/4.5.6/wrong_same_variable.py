# average_starts_late
import tensorflow as tf


def assembled(parts, w, batches, updates):
    w = tf.Variable(w)
    shadow = w
    for step in range(updates):
        with tf.GradientTape() as tape:
            total = parts.loss(w, batches[step % len(batches)]) + parts.strength * parts.penalty(w)
        w.assign_sub(parts.schedule(step) * tape.gradient(total, w))
        shadow = parts.average(shadow, w, step)
    return w, shadow
