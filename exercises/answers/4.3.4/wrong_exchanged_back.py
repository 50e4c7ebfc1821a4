# exchanged_and_back
def exchange(variables, shadows):
    for variable, shadow in zip(variables, shadows, strict=True):
        weight = variable.numpy()
        variable.assign(shadow)
        shadow.assign(weight)


def evaluate_averages(variables, shadows, evaluate):
    exchange(variables, shadows)
    try:
        return evaluate()
    finally:
        exchange(variables, shadows)
