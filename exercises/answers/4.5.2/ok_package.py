"""The package's penalty."""

from nnopt_course.regularizers import HalfL2, kernel_penalty


def total_loss(data_loss, parameters, strength):
    return data_loss + kernel_penalty(HalfL2(strength), parameters)
