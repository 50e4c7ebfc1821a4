# never_restored
def evaluate_averages(variables, shadows, evaluate):
    kept = list(variables)
    try:
        for variable, shadow in zip(variables, shadows, strict=True):
            variable.assign(shadow)
        return evaluate()
    finally:
        for variable, value in zip(variables, kept, strict=True):
            variable.assign(value)
