"""A context manager for the swap, with tensors as the kept values."""

import contextlib


@contextlib.contextmanager
def holding(variables, values):
    kept = [variable.read_value() for variable in variables]
    for variable, value in zip(variables, values, strict=True):
        variable.assign(value)
    try:
        yield
    finally:
        for variable, value in zip(variables, kept, strict=True):
            variable.assign(value)


def evaluate_averages(variables, shadows, evaluate):
    with holding(variables, shadows):
        return evaluate()
