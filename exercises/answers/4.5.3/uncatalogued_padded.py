"""Pads every batch to one size, so the mean is another."""

import tensorflow as tf


def compiled(update):
    graph = tf.function(update)

    def run(w, batch, rate, step):
        batch = tf.pad(batch, [[0, 8 - batch.shape[0]]])
        return graph(w, batch, tf.constant(rate, tf.float64), tf.constant(step))

    return run
