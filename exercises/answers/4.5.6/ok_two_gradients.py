"""Gradients of loss and penalty one by one, added up."""

import tensorflow as tf


def slope(function, w, *rest):
    with tf.GradientTape() as tape:
        tape.watch(w)
        value = function(w, *rest)
    return tape.gradient(value, w)


def assembled(parts, w, batches, updates):
    path = [w]
    for step in range(updates):
        g = slope(parts.loss, w, batches[step % len(batches)]) + parts.strength * slope(parts.penalty, w)
        w = w - parts.schedule(step) * g
        path.append(w)
    shadow = path[0]
    for step, w in enumerate(path[1:]):
        shadow = parts.average(shadow, w, step)
    return [w, shadow]
