# others_at_zero
import numpy as np

from nnopt_course import losses


def lowest_loss(classes, low, high):
    logits = np.zeros((1, classes))
    logits[0, 0] = high
    return losses.softmax_cross_entropy([0], logits)
