# trained_on_held_out_data
def choose_strength(training, held_out, test, strengths, fit, loss):
    models = {each: fit(held_out, each) for each in strengths}
    best = min(strengths, key=lambda each: loss(models[each], held_out, 0.0))
    return best, loss(models[best], test, 0.0)
