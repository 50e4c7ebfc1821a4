# evaluated_with_the_weights
def evaluate_averages(variables, shadows, evaluate):
    kept = list(variables)
    variables[:] = shadows
    try:
        return evaluate()
    finally:
        variables[:] = kept
