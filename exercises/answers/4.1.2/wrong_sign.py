# too_high_earns_money
import tensorflow as tf


def asymmetric_loss(y_true, y_pred, cost, profit):
    error = y_true - y_pred
    price = tf.where(error > 0, profit, cost)
    return tf.einsum("ij,ij->", price, error)
