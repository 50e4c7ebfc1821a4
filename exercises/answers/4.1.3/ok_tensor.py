"""All candidates at once with TensorFlow; returns a tensor."""

import tensorflow as tf


def best_constant(sales, cost, profit):
    pots = tf.sort(sales)
    error = pots[:, tf.newaxis] - sales
    lost = tf.reduce_sum(tf.maximum(cost * error, -profit * error), axis=1)
    return pots[tf.argmin(lost)]
