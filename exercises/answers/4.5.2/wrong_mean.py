# mean_not_sum
import tensorflow as tf


def total_loss(data_loss, parameters, strength):
    penalties = [tf.reduce_mean(weight * weight) for weight in parameters[::2]]
    return data_loss + 0.5 * strength * tf.reduce_sum(penalties)
