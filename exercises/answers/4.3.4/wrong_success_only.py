# not_restored_after_an_error
def evaluate_averages(variables, shadows, evaluate):
    kept = [variable.read_value() for variable in variables]
    for variable, shadow in zip(variables, shadows, strict=True):
        variable.assign(shadow)
    loss = evaluate()
    for variable, value in zip(variables, kept, strict=True):
        variable.assign(value)
    return loss
