"""Evaluates with the weights as well, to compare."""


def evaluate_averages(variables, shadows, evaluate):
    kept = [variable.numpy() for variable in variables]
    evaluate()
    try:
        for variable, shadow in zip(variables, shadows, strict=True):
            variable.assign(shadow)
        return evaluate()
    finally:
        for variable, value in zip(variables, kept, strict=True):
            variable.assign(value)
