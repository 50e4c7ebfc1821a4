# rate_stays_python
import tensorflow as tf


def compiled(update):
    graph = tf.function(update)

    def run(w, batch, rate, step):
        return graph(w, batch, rate, tf.convert_to_tensor(step))

    return run
