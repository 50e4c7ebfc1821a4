# softmax_in_between
import numpy as np
import tensorflow as tf

from nnopt_course import losses


def lowest_loss(classes, low, high):
    logits = np.full((1, classes), float(low))
    logits[0, 0] = high
    return losses.softmax_cross_entropy([0], tf.nn.softmax(logits))
