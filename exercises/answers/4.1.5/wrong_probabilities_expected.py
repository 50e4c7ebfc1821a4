# logits_as_probabilities
from nnopt_course import losses


def mean_cross_entropy(y_true, logits):
    if logits.shape[1] == 1:
        raise ValueError("one column")
    return losses.cross_entropy(y_true, logits)
