# logits_as_probabilities
import numpy as np

from nnopt_course import losses


def lowest_loss(classes, low, high):
    logits = np.full((1, classes), float(low))
    logits[0, 0] = high
    return losses.cross_entropy(np.eye(classes)[[0]], logits)
