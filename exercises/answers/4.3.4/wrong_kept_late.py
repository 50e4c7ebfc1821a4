# kept_too_late
def evaluate_averages(variables, shadows, evaluate):
    try:
        for variable, shadow in zip(variables, shadows, strict=True):
            variable.assign(shadow)
        kept = [variable.numpy() for variable in variables]
        return evaluate()
    finally:
        for variable, value in zip(variables, kept, strict=True):
            variable.assign(value)
