# probabilities_clipped
import keras
import tensorflow as tf


def mean_cross_entropy(y_true, logits):
    if logits.shape[1] == 1:
        raise ValueError("one column")
    probabilities = tf.clip_by_value(tf.nn.softmax(logits), 1e-7, 1.0)
    return -keras.ops.mean(keras.ops.log(tf.boolean_mask(probabilities, y_true == 1)))
