"""Works on variables, as an optimizer would."""

import tensorflow as tf


def decoupled_step(w, gradient, rule, learning_rate, weight_decay):
    variable = tf.Variable(w)
    if variable.shape.rank > 1:
        variable.assign_sub(learning_rate * weight_decay * variable)
    variable.assign_sub(rule(gradient))
    return variable
