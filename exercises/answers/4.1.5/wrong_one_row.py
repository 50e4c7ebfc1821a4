# one_row_refused
import tensorflow as tf


def mean_cross_entropy(y_true, logits):
    if logits.shape[0] == 1:
        raise ValueError("one column")
    return tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(y_true, logits))
