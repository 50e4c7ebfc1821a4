# numbers_with_reduced_retracing
import tensorflow as tf


def compiled(update):
    return tf.function(update, reduce_retracing=True)
