"""Tensors of numbers by hand, and a signature for the inner function."""

import tensorflow as tf

NUMBER = tf.TensorSpec([], tf.float64)


def compiled(update):
    @tf.function(input_signature=[NUMBER, tf.TensorSpec([None], tf.float64), NUMBER, tf.TensorSpec([], tf.int32)])
    def graph(w, batch, rate, step):
        return update(w, batch, rate, step)

    def run(w, batch, rate, step):
        return graph(w, batch, tf.constant(rate, tf.float64), tf.constant(step))

    return run
