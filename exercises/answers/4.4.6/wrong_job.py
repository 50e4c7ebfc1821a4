# trained_without_penalty
def choose_strength(training, held_out, test, strengths, fit, loss):
    models = {each: fit(training, 0.0) for each in strengths}
    best = min(strengths, key=lambda each: loss(models[each], held_out, each))
    return best, loss(models[best], test, 0.0)
