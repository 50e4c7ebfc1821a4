# softmax_twice
import keras
import tensorflow as tf


def mean_cross_entropy(y_true, logits):
    if logits.shape[1] == 1:
        raise ValueError("one column")
    return keras.losses.CategoricalCrossentropy(from_logits=True)(y_true, tf.nn.softmax(logits))
