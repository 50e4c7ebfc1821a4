# gradient_step_on_l1
import tensorflow as tf


def proximal_step(w, gradient, learning_rate, strength):
    w = tf.Variable(w)
    with tf.GradientTape() as tape:
        penalty = strength * tf.reduce_sum(tf.abs(w))
    return w - learning_rate * (gradient + tape.gradient(penalty, w))
