# step_and_rate_frozen
import tensorflow as tf


def compiled(update):
    graph = None

    def run(w, batch, rate, step):
        nonlocal graph
        if graph is None:
            kinds = [tf.TensorSpec((), tf.float64), tf.TensorSpec((None,), tf.float64)]
            graph = tf.function(lambda w, batch: update(w, batch, rate, step), input_signature=kinds)
        return graph(w, batch)

    return run
