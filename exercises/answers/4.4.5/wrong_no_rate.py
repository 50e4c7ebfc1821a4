# threshold_without_rate
from nnopt_course.regularizers import soft_threshold


def proximal_step(w, gradient, learning_rate, strength):
    return soft_threshold(w - learning_rate * gradient, strength)
