# one_maximum_for_the_batch
import tensorflow as tf


def stable_cross_entropy(labels, logits):
    z = logits - tf.reduce_max(logits)
    return tf.reduce_mean(tf.math.log(tf.reduce_sum(tf.exp(z), axis=1)) - tf.gather(z, labels, batch_dims=1))
