# step_stays_python
import tensorflow as tf


def compiled(update):
    graph = tf.function(update)

    def run(w, batch, rate, step):
        rate = tf.constant(rate, dtype=tf.float64)
        return graph(w, batch, rate, step)

    return run
