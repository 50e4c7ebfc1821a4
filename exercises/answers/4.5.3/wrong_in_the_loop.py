# made_in_each_call
import tensorflow as tf


def compiled(update):
    number = tf.TensorSpec((), tf.float64)
    kinds = [number, tf.TensorSpec((None,), tf.float64), number, tf.TensorSpec((), tf.int64)]

    def run(w, batch, rate, step):
        return tf.function(update, input_signature=kinds)(w, batch, rate, step)

    return run
