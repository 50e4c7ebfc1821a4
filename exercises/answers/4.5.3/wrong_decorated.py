# python_numbers
import tensorflow as tf


def compiled(update):
    @tf.function
    def graph(w, batch, rate, step):
        return update(w, batch, rate, step)

    return graph
