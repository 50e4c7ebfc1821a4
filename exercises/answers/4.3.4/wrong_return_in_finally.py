# error_swallowed
def evaluate_averages(variables, shadows, evaluate):
    kept, loss = [variable.numpy() for variable in variables], float("nan")
    try:
        for variable, shadow in zip(variables, shadows, strict=True):
            variable.assign(shadow)
        loss = evaluate()
    finally:
        for variable, value in zip(variables, kept, strict=True):
            variable.assign(value)
        return loss  # noqa: B012
