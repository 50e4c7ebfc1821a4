"""The one trace is made at once, before the first call."""

import tensorflow as tf


def compiled(update):
    number, batch = tf.TensorSpec((), tf.float64), tf.TensorSpec((None,), tf.float64)
    trace = tf.function(update).get_concrete_function(number, batch, number, tf.TensorSpec((), tf.int64))
    return lambda w, batch, rate, step: trace(w, batch, tf.constant(rate, tf.float64), tf.constant(step, tf.int64))
