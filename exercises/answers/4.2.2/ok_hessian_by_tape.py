"""Lets two tapes differentiate the loss twice."""

import tensorflow as tf


def stability_edge(x):
    w = tf.Variable(tf.zeros((x.shape[1],), tf.float64))
    with tf.GradientTape() as outer:
        with tf.GradientTape() as inner:
            loss = tf.reduce_mean(tf.square(tf.linalg.matvec(x, w)))
        gradient = inner.gradient(loss, w)
    hessian = outer.jacobian(gradient, w)
    return 2 / float(max(tf.linalg.eigvalsh(hessian)))
