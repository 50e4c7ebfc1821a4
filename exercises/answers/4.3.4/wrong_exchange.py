# shadows_overwritten
def evaluate_averages(variables, shadows, evaluate):
    for variable, shadow in zip(variables, shadows, strict=True):
        weight = variable.numpy()
        variable.assign(shadow)
        shadow.assign(weight)
    try:
        return evaluate()
    finally:
        for variable, shadow in zip(variables, shadows, strict=True):
            variable.assign(shadow)
