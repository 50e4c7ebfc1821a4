# second_shape_traced
import tensorflow as tf


def compiled(update):
    graph = tf.function(update, reduce_retracing=True)

    def run(w, batch, rate, step):
        return graph(w, batch, tf.convert_to_tensor(rate, tf.float64), tf.convert_to_tensor(step))

    return run
