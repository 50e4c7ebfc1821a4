# shape_fixed
import tensorflow as tf


def compiled(update):
    graph = tf.function(update)
    return lambda w, batch, rate, step: graph(w, batch, tf.constant(rate, tf.float64), tf.constant(step))
