# one_branch_for_the_batch
import tensorflow as tf


def asymmetric_loss(y_true, y_pred, cost, profit):
    if y_true.shape != y_pred.shape:
        raise ValueError("shapes differ")
    surplus = tf.reduce_sum(y_pred) - tf.reduce_sum(y_true)
    if surplus > 0:
        return cost * surplus
    return profit * -surplus
